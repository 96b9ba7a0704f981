import type { Word } from '../text/sentence.ts';
import { negations, scopes } from './word-lists.ts';

/** Dictionary forms of verbs and of complements of "to be". */
export function predicatesOf(
  words: readonly Word[],
  verb: number,
  isAmount: (index: number) => boolean,
): string[] {
  const verbs = words.filter(
    (word, index) => (word.pos === 'VERB' || index === verb) && word.pos !== 'AUX',
  );
  const described = words.filter(
    (word, index) =>
      index > verb &&
      verb >= 0 &&
      word.pos === 'ADJ' &&
      !isAmount(index) &&
      !scopes.has(word.lemma),
  );
  const found = [...verbs, ...described].map((word) => word.lemma);
  return found.length > 0 || verb < 0 ? found : ['be'];
}

/** Number of negations in the clause. */
export function countNegations(words: readonly Word[]): number {
  return words.filter((word, index) => {
    const next = words[index + 1]?.lemma ?? '';
    return (
      negations.has(word.text.toLowerCase()) &&
      !/^(?:only|just|longer|fewer|less|more|doubt)$/u.test(next)
    );
  }).length;
}
