import { maxMoments } from './moment.ts';
import type { Moment } from './moment.ts';
import type { SpeechIndex } from './speech-index.ts';
import type { Token } from './tokens.ts';

// The figures were chosen on the sample, in its cues, in texts of half a minute, and amid ten hours of other speech.

/** Below this share of what a statement says, what is near is so by chance. */
const minShare = 0.5;
/** Different words by which a statement is known for sure. */
const enoughWords = 3;
/** Places that a statement in other words takes, for each of its words, and beside them. */
const spread = { perWord: 1.5, more: 6 };
/** What is told by numbers is not the same with others. */
const numberWeight = 2;
/** Seconds from the beginning of a text in which a sentence is taken to begin with it. */
const nearStart = 5;
/** Of all words, how often one is said at most to tell anything, unless it is said but so many times. */
const frequentShare = 0.003;
const fewTimes = 100;
/** What a place more costs, of two windows that have as much. */
const placeCost = 0.02;
/** What a word at the edge must be worth, for each place that it is away from the next. */
const edgeWorth = 0.04;

/** A different word of the statement. */
interface Term {
  /** What it is worth, as a share of the statement. */
  share: number;
  /** Indices of where it is said, in order. */
  found: readonly number[];
}

/** A word of the statement, where it is said. */
interface Hit {
  at: number;
  term: number;
}

/** A run of hits. */
interface Window {
  left: number;
  right: number;
  value: number;
}

/** Where most of what a statement says is said, in whatever order. */
export function findSimilar(index: SpeechIndex, tokens: readonly Token[]): Moment[] {
  const terms = weigh(index, tokens);
  const hits = terms
    .flatMap(({ found }, term): Hit[] => found.map((at) => ({ at, term })))
    .toSorted((a, b) => a.at - b.at);
  const width = tokens.length * spread.perWord + spread.more;
  const windows = listWindows(index, { terms, hits, width });
  return chooseWindows(windows).flatMap((window) => {
    const run = trim(index, terms, hits.slice(window.left, window.right + 1));
    const found = new Set(run.map(({ term }) => term));
    const share = [...found].reduce((sum, term) => sum + terms[term]!.share, 0);
    if (share < minShare) return [];
    const { start, textStart } = index.words[run[0]!.at]!;
    return [
      {
        start: start - textStart <= nearStart ? textStart : start,
        end: index.words[run.at(-1)!.at]!.end,
        confidence: Math.min(1, share) * Math.min(1, found.size / enoughWords),
      },
    ];
  });
}

/**
 * The rarer a word, the more it is worth; those that are never said are as rare as can be. Words that are said all the time are
 * left out.
 */
function weigh({ stemIds, byStem, words }: SpeechIndex, tokens: readonly Token[]): Term[] {
  const different = new Map(tokens.map((token) => [token.stem, token]));
  const most = Math.max(fewTimes, words.length * frequentShare);
  const weighed = [...different.values()].flatMap(({ stem, word }) => {
    const found = byStem[stemIds.get(stem) ?? -1] ?? [];
    if (found.length > most) return [];
    const rarity = Math.log(1 + words.length / (1 + found.length));
    return [{ weight: /^\d/.test(word) ? rarity * numberWeight : rarity, found }];
  });
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  return weighed.map(({ weight, found }) => ({ share: weight / total, found }));
}

/** Every run of hits that has enough, and no more than it needs on its left. */
function listWindows(
  { words }: SpeechIndex,
  { terms, hits, width }: { terms: readonly Term[]; hits: readonly Hit[]; width: number },
): Window[] {
  const counts = new Uint32Array(terms.length);
  const windows: Window[] = [];
  let share = 0;
  let left = 0;
  for (const [right, hit] of hits.entries()) {
    const { place } = words[hit.at]!;
    if (counts[hit.term]!++ === 0) share += terms[hit.term]!.share;
    // What is too far away, and what comes again, is left behind.
    for (; left < right; left += 1) {
      const { at, term } = hits[left]!;
      if (place - words[at]!.place <= width && counts[term] === 1) break;
      if (--counts[term]! === 0) share -= terms[term]!.share;
    }
    const places = place - words[hits[left]!.at]!.place;
    if (share >= minShare) windows.push({ left, right, value: share - placeCost * places });
  }
  return windows;
}

/** The best of those that overlap. */
function chooseWindows(windows: readonly Window[]): Window[] {
  const chosen: Window[] = [];
  for (const window of windows.toSorted((a, b) => b.value - a.value || a.left - b.left)) {
    if (chosen.length === maxMoments) break;
    const isApart = chosen.every(({ left, right }) => window.left > right || window.right < left);
    if (isApart) chosen.push(window);
  }
  return chosen;
}

/** Without words at the edges that are away from the rest and worth little: such words are everywhere. */
function trim(
  { words }: SpeechIndex,
  terms: readonly Term[],
  hits: readonly Hit[],
): readonly Hit[] {
  let [from, to] = [0, hits.length - 1];
  const isWorthIt = (hit: Hit, next: Hit) =>
    terms[hit.term]!.share >= edgeWorth * Math.abs(words[hit.at]!.place - words[next.at]!.place);
  while (from < to && !isWorthIt(hits[from]!, hits[from + 1]!)) from += 1;
  while (from < to && !isWorthIt(hits[to]!, hits[to - 1]!)) to -= 1;
  return hits.slice(from, to + 1);
}
