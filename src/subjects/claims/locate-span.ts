import { listOccurrences } from './list-occurrences.ts';

/** A range of a text, in UTF-16 units, its end exclusive. */
export interface TextSpan {
  start: number;
  end: number;
}

/**
 * Finds a claim in its text. FOVEA's model writes the offsets itself, so they may be wrong: they are kept if they match, and
 * corrected if the claim occurs elsewhere word for word. Otherwise, the given offsets are kept if they are within the text.
 */
export function locateSpan(
  text: string,
  claim: string,
  start: number | null | undefined,
  end: number | null | undefined,
): TextSpan | undefined {
  const given = toSpan(text, start, end);
  if (given && text.slice(given.start, given.end) === claim) return given;
  return findNearest(text, claim, given?.start ?? 0) ?? given;
}

function toSpan(
  text: string,
  start: number | null | undefined,
  end: number | null | undefined,
): TextSpan | undefined {
  if (typeof start !== 'number' || typeof end !== 'number') return undefined;
  if (start < 0 || end <= start || end > text.length) return undefined;
  return { start, end };
}

function findNearest(text: string, claim: string, near: number): TextSpan | undefined {
  let start: number | undefined;
  for (const index of listOccurrences(text, claim)) {
    if (start === undefined || Math.abs(index - near) < Math.abs(start - near)) start = index;
    if (index >= near) break;
  }
  return start === undefined ? undefined : { start, end: start + claim.length };
}
