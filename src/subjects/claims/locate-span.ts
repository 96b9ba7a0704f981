import { listOccurrences } from './list-occurrences.ts';

/** A stretch of a text, in UTF-16 units, its end exclusive. */
export interface TextSpan {
  start: number;
  end: number;
}

/**
 * Where a claim stands in its text. FOVEA's model writes the offsets itself and nobody checks them, so they are held
 * against the text: kept where they fit, mended where the claim stands elsewhere word for word. A claim in other words
 * keeps the place that it points to, as long as there is such a place.
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
