import { cutText } from '../text/cut-text.ts';
import type { Cue } from './cue-text.ts';

/** Uninterrupted speech of one speaker, with the offset of each cue. */
export interface Utterance {
  speaker: string | undefined;
  text: string;
  cues: { offset: number; cue: Cue }[];
}

/** A longer pause ends an utterance. */
const maxGapSeconds = 5;
/** Beyond this length an utterance ends with its sentence, so that work can be done in pieces. */
const softLimit = 1500;
const hardLimit = 6000;
/** Maximum closing quotes and brackets after the end of a sentence. */
const maxClosing = 8;

/** Joins cues into utterances, as sentences span cues; a very long cue is cut. */
export function joinCues(cues: readonly Cue[]): Utterance[] {
  const utterances: Utterance[] = [];
  for (const cue of cues.flatMap(cutCue)) {
    const current = utterances.at(-1);
    if (!current || endsBefore(current, cue)) {
      utterances.push({ speaker: cue.speaker, text: cue.text, cues: [{ offset: 0, cue }] });
      continue;
    }
    current.cues.push({ offset: current.text.length + 1, cue });
    current.text += ` ${cue.text}`;
  }
  return utterances;
}

function cutCue(cue: Cue): Cue[] {
  if (cue.text.length <= hardLimit) return [cue];
  return cutText(cue.text, hardLimit).map(({ text }) => ({ ...cue, text: text.trim() }));
}

function endsBefore(current: Utterance, cue: Cue): boolean {
  const { length } = current.text;
  const last = current.cues.at(-1)?.cue;
  if (current.speaker !== cue.speaker || length + cue.text.length > hardLimit) return true;
  if (cue.start - (last?.end ?? 0) > maxGapSeconds) return true;
  const end = last?.text.slice(-maxClosing - 1) ?? '';
  return length > softLimit && /[.!?…。]["”’»)]*$/u.test(end);
}
