export interface Cue {
  /** Seconds. */
  start: number;
  end: number;
  text: string;
}

/** The cues of a sample, WebVTT or SRT, without who speaks. */
export function readCues(file: string): Cue[] {
  const cues = file.matchAll(/^(\S+) --> (\S+)\n(.+(?:\n.+)*)/gm);
  return [...cues].map(([, start, end, text]) => ({
    start: toSeconds(start!),
    end: toSeconds(end!),
    text: text!
      .replaceAll(/<[^>]*>/g, '')
      .replace(/^[A-Z. ]+: /, '')
      .replaceAll('\n', ' '),
  }));
}

function toSeconds(time: string): number {
  const [hours, minutes, seconds] = time.replace(',', '.').split(':').map(Number);
  return hours! * 3_600 + minutes! * 60 + seconds!;
}
