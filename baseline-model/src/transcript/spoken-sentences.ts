import { sentenceOf, type Sentence, type Word } from '../text/sentence.ts';
import type { Utterance } from './utterances.ts';

/** A sentence of the transcript, with offsets in its utterance. */
export interface SpokenSentence extends Sentence {
  speaker: string | undefined;
  /** Start of the cue in which it begins, in seconds. */
  startS: number;
  endS: number;
}

/** Captions without punctuation are cut at cues into pieces of about this many words. */
const maxWords = 48;
const pieceWords = 18;

/** The sentences of an utterance, each with the time at which it is said. */
export function readSpokenSentences(
  utterance: Utterance,
  sentencesOf: (text: string) => Sentence[],
): SpokenSentence[] {
  return sentencesOf(utterance.text)
    .flatMap((sentence) => cutAtCues(sentence, utterance))
    .map((sentence) => ({
      ...sentence,
      speaker: utterance.speaker,
      startS: cueAt(utterance, sentence.start)?.start ?? 0,
      endS: cueAt(utterance, sentence.end - 1)?.end ?? 0,
    }));
}

function cutAtCues(sentence: Sentence, utterance: Utterance): Sentence[] {
  if (sentence.words.length <= maxWords) return [sentence];
  const starts = new Set(utterance.cues.map(({ offset }) => offset));
  const pieces: Word[][] = [[]];
  for (const word of sentence.words) {
    const piece = pieces.at(-1) ?? [];
    const isCut =
      piece.length >= pieceWords && (starts.has(word.start) || piece.length >= maxWords);
    if (isCut) pieces.push([word]);
    else piece.push(word);
  }
  return pieces.flatMap((words) => sentenceOf(utterance.text, words) ?? []);
}

/** The cue at an offset, by binary search: an utterance may have thousands of cues. */
function cueAt({ cues }: Utterance, offset: number) {
  let low = 0;
  let high = cues.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (cues[middle]!.offset <= offset) low = middle;
    else high = middle;
  }
  return cues[low]?.cue;
}
