import type { SegmentFragment } from '../../api/generated/types.ts';

/** `00:01:04.250`, as WebVTT has it. */
function formatCueTime(seconds: number): string {
  const ms = Math.round(seconds * 1_000);
  const parts = [
    Math.floor(ms / 3_600_000),
    Math.floor(ms / 60_000) % 60,
    Math.floor(ms / 1_000) % 60,
  ];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return `${clock}.${String(ms % 1_000).padStart(3, '0')}`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escape = (text: string) => text.replaceAll(/[&<>]/g, (sign) => entities[sign]!);

/** A transcript as WebVTT. Speakers are voices. An empty line would end a cue, so there is none in it. */
export function toVtt(segments: readonly SegmentFragment[]): string {
  const cues = segments.map(({ start, end, speaker, text }) => {
    const voice = speaker === null ? '' : `<v ${escape(speaker).replaceAll(/\s+/g, ' ')}>`;
    const lines = escape(text).replaceAll(/\s*\n\s*/g, '\n');
    // A cue that takes no time is not valid.
    const last = Math.max(end, start + 0.001);
    return `${formatCueTime(start)} --> ${formatCueTime(last)}\n${voice}${lines}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

/** A transcript as text: a paragraph each time that somebody else speaks. */
export function toText(segments: readonly SegmentFragment[]): string {
  let text = '';
  let last: string | null | undefined;
  for (const { speaker, text: said } of segments) {
    if (speaker === last) text += ` ${said}`;
    else text += `${text && '\n\n'}${speaker === null ? '' : `${speaker}: `}${said}`;
    last = speaker;
  }
  return `${text}\n`;
}

/** Gives the browser a file to save. */
export function saveFile(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
