import type { Report } from './left-out.ts';
import { parseTiming, type Timing } from './timing.ts';

/** A cue as the file has it. */
export interface Block extends Timing {
  /** Of its times; the first line of the file is 1. */
  line: number;
  /** With its tags; lines are parted by newlines. */
  text: string;
}

interface Paragraph {
  /** Of its first line. */
  line: number;
  lines: string[];
}

/** What is open while the paragraphs of a file are read: undefined before the first cue, null after one with wrong times. */
type Open = { block: Timing & { line: number }; lines: string[] } | null | undefined;

/**
 * Reads the cues of a WebVTT or SRT file. Cues that no blank line parts are common in both. In SRT a blank line ends no
 * cue: it goes on until the number and the times of the next.
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

/** The line right before the times is the cue's name: any line in WebVTT, a number between cues that are not parted. */
function isIdentifier(lines: readonly string[], offset: number, isFree: boolean): boolean {
  const isBeforeTimes = parseTiming(lines[offset + 1] ?? '') !== undefined;
  return isBeforeTimes && (isFree || isCueNumber(lines[offset]));
}

function isCueNumber(text: string | undefined): boolean {
  return /^\s*\d+\s*$/u.test(text ?? '');
}

/** Or is the end of the file: a number that nothing follows is what is left of a cue. */
function beginsCue(paragraph: Paragraph | undefined): boolean {
  return paragraph === undefined || parseTiming(paragraph.lines[0] ?? '') !== undefined;
}
