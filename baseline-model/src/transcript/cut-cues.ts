import type { Work } from '../work.ts';
import type { Cue } from './cue-text.ts';

/** More than any talk has; bounds the memory of whoever reads the answer. */
const maxCues = 30_000;

/** Leaves out what an answer has no room for, and says so in the log. */
export function cutCues(cues: readonly Cue[], work: Pick<Work, 'log'>): readonly Cue[] {
  if (cues.length <= maxCues) return cues;
  work.log('warn', `the transcript is given without what comes after ${maxCues} cues`);
  return cues.slice(0, maxCues);
}
