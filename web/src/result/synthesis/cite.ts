import { listAll } from '../summary/claims.ts';
import type { Claim } from '../summary/claims.ts';

export interface Citation {
  claim: Claim;
  /** Of the source, counted from 0. */
  source: number;
}

/** A part of a synthesis: a statement with the claim that it repeats, a marker of a source, or other text. */
export type CitedPiece =
  | { text: string; start: number; citation: Citation; marked?: never }
  | { text: string; start: number; citation?: never; marked: number }
  | { text: string; start: number; citation?: never; marked?: never };

/** Shorter claims are found in texts by chance. */
const minChars = 12;

type Found = { start: number; end: number } & (
  | { citation: Citation; marked?: never }
  | { marked: number; citation?: never }
);

/** Finds in a synthesis what its sources claim, word for word, and the markers such as `[2]`. Where claims overlap, the longer one is taken. */
export function divideByCitations(
  text: string,
  sources: readonly (readonly Claim[])[],
): CitedPiece[] {
  const lower = text.toLowerCase();
  // Where lower case has another length, positions in it are none of the text.
  const haystack = lower.length === text.length ? lower : text;
  const found: Found[] = sources
    .flatMap((claims, source) => listAll(claims).map((claim) => ({ claim, source })))
    .toSorted((a, b) => b.claim.text.length - a.claim.text.length)
    .flatMap((citation) => findAll(haystack, citation));
  for (const { 0: marker, 1: number, index } of text.matchAll(/\[(\d{1,2})\]/g)) {
    const marked = Number(number) - 1;
    if (marked < sources.length) found.push({ start: index, end: index + marker.length, marked });
  }
  return toPieces(text, dropOverlaps(found));
}

function findAll(haystack: string, citation: Citation): Found[] {
  const needle = citation.claim.text.toLowerCase().replace(/[.!?…。\s]+$/u, '');
  if (needle.length < minChars) return [];
  const found: Found[] = [];
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1)) {
    found.push({ start: at, end: at + needle.length, citation });
  }
  return found;
}

/** Keeps of those that overlap the one that comes first in the list. */
function dropOverlaps(found: readonly Found[]): Found[] {
  const kept: Found[] = [];
  for (const it of found) {
    if (!kept.some(({ start, end }) => it.start < end && start < it.end)) kept.push(it);
  }
  return kept.toSorted((a, b) => a.start - b.start);
}

function toPieces(text: string, found: readonly Found[]): CitedPiece[] {
  const pieces: CitedPiece[] = [];
  let from = 0;
  for (const { start, end, ...what } of found) {
    if (start > from) pieces.push({ text: text.slice(from, start), start: from });
    pieces.push({ text: text.slice(start, end), start, ...what });
    from = end;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), start: from });
  return pieces;
}
