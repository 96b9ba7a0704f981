import { findSimilar } from './find-similar.ts';
import { maxMoments, sortMoments } from './moment.ts';
import type { Moment } from './moment.ts';
import type { SpeechIndex } from './speech-index.ts';
import { listTokens } from './tokens.ts';
import type { Token } from './tokens.ts';

/** Words that a statement needs at least to be known by their order. */
const minLiteralWords = 3;
/** Words of a statement that are looked for. */
const maxWords = 200;
const maxLength = 5_000;
/** Places that are looked at; a statement of which every word is said more often tells nothing. */
const maxPlaces = 10_000;

/** Where a statement is said: word for word, or else in other words; the most likely first, then the earliest. */
export function findMoments(index: SpeechIndex, statement: string): Moment[] {
  const tokens = listTokens(statement.slice(0, maxLength)).slice(0, maxWords);
  const literal = findLiteral(index, tokens);
  return literal.length > 0 ? sortMoments(literal) : shareOut(findSimilar(index, tokens));
}

/** If it is said in other words, it is taken to be said once: the others have what the most likely leaves. */
function shareOut(similar: readonly Moment[]): Moment[] {
  const [best, ...others] = sortMoments(similar);
  if (!best) return [];
  const left = 1 - best.confidence;
  return [best, ...others.map((it) => ({ ...it, confidence: Math.min(it.confidence, left) }))];
}

function findLiteral({ words, wordIds, byWord }: SpeechIndex, tokens: readonly Token[]): Moment[] {
  if (tokens.length < minLiteralWords) return [];
  const ids = tokens.map(({ word }) => wordIds.get(word) ?? -1);
  if (ids.includes(-1)) return [];
  const countOf = (at: number) => byWord[ids[at]!]!.length;
  // The rarest word has the fewest places to look at.
  const rarest = ids.reduce((best, _id, at) => (countOf(at) < countOf(best) ? at : best), 0);
  const found: Moment[] = [];
  for (const place of byWord[ids[rarest]!]!.slice(0, maxPlaces)) {
    if (found.length === maxMoments) break;
    const start = place - rarest;
    const [first, last] = [words[start], words[start + ids.length - 1]];
    // It goes on from word to word, without a gap.
    if (!first || !last || last.place - first.place !== ids.length - 1) continue;
    if (!ids.every((id, at) => words[start + at]!.id === id)) continue;
    found.push({ start: first.start, end: last.end, confidence: 1 });
  }
  return found;
}
