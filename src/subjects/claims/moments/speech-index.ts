import { setImmediate as nextTurn } from 'node:timers/promises';
import { listTokens } from './tokens.ts';

/** A text that belongs to a time of a video, in seconds. */
export interface TimedText {
  start: number;
  end: number;
  text: string;
}

/** A word that is said, or is in the description of a picture. */
interface SpokenWord {
  id: number;
  /** Seconds. */
  start: number;
  end: number;
  /** When its text begins. */
  textStart: number;
  /** Grows by one from word to word, and by more where no sentence goes on. */
  place: number;
}

/** All words with their times; they are known by their indices. */
export interface SpeechIndex {
  words: SpokenWord[];
  wordIds: Map<string, number>;
  /** By the id of a word, the indices of where it is, in order; and the same of stems. */
  byWord: number[][];
  stemIds: Map<string, number>;
  byStem: number[][];
}

/** Characters that are looked at: 30 hours of speech and more. */
const maxCharacters = 2_000_000;
/** Characters after which others get their turn, after some 10 ms. */
const sliceCharacters = 30_000;
/** Seconds between two texts after which no sentence goes on. */
const longPause = 15;
/** Places between two words of which no sentence is made. */
const gap = 10_000;

/**
 * Indexes what is said at which time. The words of a text are taken to follow one another evenly. `isContinuous`: a sentence may
 * go on from one text to the next.
 */
export async function createSpeechIndex(
  texts: readonly TimedText[],
  isContinuous: boolean,
): Promise<SpeechIndex> {
  const index: SpeechIndex = {
    words: [],
    wordIds: new Map(),
    byWord: [],
    stemIds: new Map(),
    byStem: [],
  };
  let characters = 0;
  let slice = 0;
  let place = 0;
  let spokenUntil = 0;
  for (const timed of texts) {
    characters += timed.text.length;
    slice += timed.text.length;
    if (characters > maxCharacters) break;
    if (!isContinuous || timed.start - spokenUntil > longPause) place += gap;
    spokenUntil = timed.end;
    place = addText(index, timed, place);
    if (slice < sliceCharacters) continue;
    slice = 0;
    await nextTurn();
  }
  return index;
}

/** Returns the place after the last word. */
function addText(
  { words, wordIds, byWord, stemIds, byStem }: SpeechIndex,
  { start, end, text }: TimedText,
  firstPlace: number,
): number {
  let place = firstPlace;
  const toTime = (share: number) => start + (end - start) * share;
  for (const token of listTokens(text)) {
    const id = idOf(wordIds, token.word);
    (byWord[id] ??= []).push(words.length);
    (byStem[idOf(stemIds, token.stem)] ??= []).push(words.length);
    const times = { start: toTime(token.start), end: toTime(token.end), textStart: start };
    words.push({ id, place, ...times });
    place += 1;
  }
  return place;
}

function idOf(ids: Map<string, number>, name: string): number {
  const id = ids.get(name) ?? ids.size;
  ids.set(name, id);
  return id;
}
