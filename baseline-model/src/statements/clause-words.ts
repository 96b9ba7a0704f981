import type { Word } from '../text/sentence.ts';

/** Removes a relative clause between commas, as it is not the main statement. */
export function withoutAsides(clause: readonly Word[]): Word[] {
  const words = withoutSource(clause);
  const from = words.findIndex(
    (word, index) =>
      word.text === ',' && /^(?:which|who|whose|where)$/u.test(words[index + 1]?.lemma ?? ''),
  );
  if (from === -1) return words;
  const to = words.findIndex((word, index) => index > from && word.text === ',');
  return [...words.slice(0, from), ...(to === -1 ? [] : words.slice(to + 1))];
}

/** The words as written, separated by single spaces. */
export function textOf(words: readonly Word[]): string {
  const parts = words.map((word, index) => {
    const previous = words[index - 1];
    return (previous && previous.end < word.start ? ' ' : '') + word.text;
  });
  return parts.join('');
}

const sourceWords = /^(?:laut|selon|según|secondo|volgens|enligt|ifølge)$/u;

/** "Laut Opposition …": without a grammar, only the word right after it is known to be the source. */
function withoutSource(words: readonly Word[]): Word[] {
  if (!sourceWords.test(words[0]?.lemma ?? '') || words[0]?.pos !== undefined) return [...words];
  const source = words.findIndex((word, index) => index > 0 && word.isContent);
  return words.slice(source + 1);
}
