import { findText } from '../text/find-text.ts';
import type { Sentence } from '../text/sentence.ts';

export interface NumberedSentence {
  sentence: Sentence;
  /** Index in the caller's list of sentences, or in ours if there is none. */
  index: number;
}

/** Numbers sentences like the caller, as long as the caller's sentences are found in order in the text. */
export function numberSentences(
  text: string,
  sentences: readonly Sentence[],
  given: readonly string[] | undefined,
): NumberedSentence[] {
  const starts = given && startsOf(text, given);
  if (!starts) return sentences.map((sentence, index) => ({ sentence, index }));
  let at = 0;
  return sentences.map((sentence) => {
    while ((starts[at + 1] ?? Infinity) <= sentence.start) at += 1;
    return { sentence, index: at };
  });
}

function startsOf(text: string, given: readonly string[]): number[] | undefined {
  const starts: number[] = [];
  let from = 0;
  for (const sentence of given) {
    const start = findText(text, sentence, from);
    if (start === -1 || sentence === '') return undefined;
    starts.push(start);
    from = start + sentence.length;
  }
  return starts.length > 0 ? starts : undefined;
}
