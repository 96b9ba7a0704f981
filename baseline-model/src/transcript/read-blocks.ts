import type { Report } from './left-out.ts';
import { parseTiming, type Timing } from './timing.ts';

/** A cue as it is in the file. */
export interface Block extends Timing {
  /** Line of its times; the first line of the file is 1. */
  line: number;
  /** With its tags and line breaks. */
  text: string;
}

interface Paragraph {
  /** Of its first line. */
  line: number;
  lines: string[];
}

/** The current cue while a file is read: undefined before the first one, null after one with invalid times. */
type Open = { block: Timing & { line: number }; lines: string[] } | null | undefined;

/**
 * Reads the cues of a WebVTT or SRT file. Both often lack blank lines between cues. In SRT a blank line does not end a
 * cue: it continues until the number and times of the next one.
 */
export function readBlocks(source: string, report: Report): Block[] {
  const paragraphs = splitParagraphs(source);
  const isWebVtt = /^WEBVTT(?:\s|$)/u.test(paragraphs[0]?.lines[0] ?? '');
  const blocks: Block[] = [];
  let open: Open;
  const close = () => {
    if (open) blocks.push({ ...open.block, text: open.lines.join('\n') });
    open = undefined;
  };
  for (const [index, { line: first, lines }] of paragraphs.entries()) {
    if (isWebVtt) close();
    const isApart = isWebVtt && /^(?:WEBVTT|NOTE|STYLE|REGION)(?:\s|$)/u.test(lines[0] ?? '');
    const isNumber = !isWebVtt && lines.length === 1 && isCueNumber(lines[0]);
    if (isNumber && beginsCue(paragraphs[index + 1])) continue;
    let isInCue = !isWebVtt;
    for (const [offset, text] of lines.entries()) {
      const line = first + offset;
      const timing = parseTiming(text);
      if (timing !== undefined) {
        close();
        open = openCue(timing, line, report);
        isInCue = true;
      } else if (isIdentifier(lines, offset, isWebVtt && !isInCue)) continue;
      else if (isInCue && open !== undefined) open?.lines.push(text);
      else if (!isApart) report('outside', line);
    }
  }
  close();
  return blocks;
}

function openCue(timing: Timing | 'unreadable', line: number, report: Report): Open {
  if (timing === 'unreadable') report('unreadable', line);
  else if (timing.end < timing.start) report('backwards', line);
  else return { block: { ...timing, line }, lines: [] };
  return null;
}

function splitParagraphs(source: string): Paragraph[] {
  const lines = source
    .replace(/^\uFEFF/u, '')
    .replaceAll('\0', '')
    .split(/\r\n|\r|\n/u);
  const paragraphs: Paragraph[] = [];
  let current: Paragraph | undefined;
  for (const [index, text] of lines.entries()) {
    if (text === '') current = undefined;
    else if (current) current.lines.push(text);
    else paragraphs.push((current = { line: index + 1, lines: [text] }));
  }
  return paragraphs;
}

/** The line before the times is the cue's identifier: any line in WebVTT, a number between cues without a blank line. */
function isIdentifier(lines: readonly string[], offset: number, isFree: boolean): boolean {
  const isBeforeTimes = parseTiming(lines[offset + 1] ?? '') !== undefined;
  return isBeforeTimes && (isFree || isCueNumber(lines[offset]));
}

function isCueNumber(text: string | undefined): boolean {
  return /^\s*\d+\s*$/u.test(text ?? '');
}

/** Also true at the end of the file: a trailing number is the rest of a cue. */
function beginsCue(paragraph: Paragraph | undefined): boolean {
  return paragraph === undefined || parseTiming(paragraph.lines[0] ?? '') !== undefined;
}
