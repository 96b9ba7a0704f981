import { loadCaptionParser, type CueNode } from './load-caption-parser.ts';
import { nameSpeakers, type Line } from './speakers.ts';

/** What one speaker says in one cue; times in seconds. */
export interface Cue {
  start: number;
  end: number;
  speaker: string | undefined;
  text: string;
}

const TIMING = String.raw`(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}[^\S\n]*-->`;

/** Parses WebVTT or SRT into cues of plain text, in the order of their times. */
export async function parseTranscript(source: string): Promise<Cue[]> {
  const { parseText, tokenizeVTTCue } = await loadCaptionParser();
  const { cues } = await parseText(toWebVtt(source), { type: 'vtt', strict: false });
  const timed = cues.filter(
    (cue) => Number.isFinite(cue.startTime) && cue.endTime >= cue.startTime,
  );
  const lines = timed
    .toSorted((a, b) => a.startTime - b.startTime)
    .flatMap((cue) =>
      linesOf(tokenizeVTTCue(cue)).map((line) => ({
        ...line,
        start: cue.startTime,
        end: cue.endTime,
      })),
    );
  return nameSpeakers(withoutRollUp(lines)).filter((cue) => /[\p{L}\p{N}]/u.test(cue.text));
}

/** SRT differs in its comma and its header; cues that no blank line parts are common in both. */
function toWebVtt(source: string): string {
  const text = source
    .replace(/^\uFEFF/u, '')
    .replace(/\r\n?/gu, '\n')
    .replaceAll('\0', '');
  const body = text
    .replace(
      new RegExp(String.raw`\n(\d+[^\S\n]*\n)?(?=${TIMING})`, 'gu'),
      (_, id: string | undefined) => `\n\n${id ?? ''}`,
    )
    // Left as it is, the sign would open a tag that never ends.
    .replace(/<(?![a-z/]|\d+:)/giu, '&lt;')
    .replace(/^.*-->.*$/gmu, (line) =>
      line.replace(
        /(\d)[.,](\d{1,3})(?!\d)/gu,
        (_, second: string, ms: string) => `${second}.${ms.padEnd(3, '0')}`,
      ),
    );
  return /^WEBVTT(?:\s|$)/u.test(body) ? body : `WEBVTT\n\n${body}`;
}

function linesOf(nodes: readonly CueNode[]): { speaker: string | undefined; text: string }[] {
  const runs: { speaker: string | undefined; text: string }[] = [];
  const visit = (node: CueNode, speaker: string | undefined): void => {
    if (node.data === undefined) {
      const voice = node.type === 'v' ? node.voice?.trim() || speaker : speaker;
      for (const child of node.children) visit(child, voice);
      return;
    }
    const last = runs.at(-1);
    if (last && last.speaker === speaker) last.text += node.data;
    else runs.push({ speaker, text: node.data });
  };
  for (const node of nodes) visit(node, undefined);
  return runs.flatMap(({ speaker, text }) =>
    text
      .split('\n')
      .map((line) => ({ speaker, text: plain(line) }))
      .filter((line) => line.text !== ''),
  );
}

function plain(line: string): string {
  return line
    .replace(/\{\\[^}]*\}/gu, '')
    .replace(/<[^<>]{1,80}>/gu, '')
    .replace(/[\u200B-\u200F\u202A-\u202E\u2060\uFEFF]/gu, '')
    .replace(/\[[^\]]*\]|♪[^♪]*♪?|[♪♫]+/gu, ' ')
    .replace(/\([\p{Lu}\s-]{3,}(?:S|ING|MUSIC|LAUGHTER|APPLAUSE)\)|^\s*\([^)]*\)\s*$/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** Live captions roll: a cue repeats the lines of the one before it. Each is kept once. */
function withoutRollUp(lines: readonly Line[]): Line[] {
  const kept: Line[] = [];
  for (const line of lines) {
    const recent = kept.slice(-3).filter((other) => line.start - other.end < 1);
    if (line.text.length > 12 && recent.some((other) => other.text === line.text)) continue;
    kept.push(line);
  }
  return kept;
}
