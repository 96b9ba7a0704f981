import { readCueText, type Cue } from './cue-text.ts';
import { collectLeftOut, type LeftOut, type Report } from './left-out.ts';
import { readBlocks } from './read-blocks.ts';
import { nameSpeakers } from './speakers.ts';

export interface ParsedTranscript {
  cues: Cue[];
  /** Parts of the file that are not in the cues. */
  leftOut: LeftOut[];
}

/** Parses WebVTT or SRT into cues of plain text, ordered by time, in linear time. */
export function parseTranscript(source: string): ParsedTranscript {
  const { report, list } = collectLeftOut();
  const blocks = readBlocks(source, report).toSorted((a, b) => a.start - b.start);
  const lines = blocks.flatMap(({ start, end, line, text }) => {
    const spoken = readCueText(text, line, report);
    if (!spoken.some(isSpoken)) report('unspoken', line);
    return spoken.map((part) => ({ ...part, start, end, line }));
  });
  const cues = nameSpeakers(withoutRollUp(lines, report)).filter(isSpoken);
  return { cues, leftOut: list() };
}

function isSpoken({ text }: { text: string }): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** Live captions roll: a cue repeats lines of the previous one. Each line is kept once. */
function withoutRollUp(lines: readonly (Cue & { line: number })[], report: Report): Cue[] {
  const kept: Cue[] = [];
  for (const { line: place, ...line } of lines) {
    const recent = kept.slice(-3).filter((other) => line.start - other.end < 1);
    if (line.text.length > 12 && recent.some((other) => other.text === line.text))
      report('repeated', place);
    else kept.push(line);
  }
  return kept;
}
