/** A word, number or mark; offsets count UTF-16 units of the analyzed text, end exclusive. */
export interface Word {
  text: string;
  start: number;
  end: number;
  kind: 'word' | 'number' | 'mark';
  /** Dictionary form, lower case. */
  lemma: string;
  /** Stem of the lemma: what comparisons use. */
  term: string;
  /** Carries meaning: neither a function word nor a number nor a mark. */
  isContent: boolean;
  /** Universal part of speech, where the language's grammar is known. */
  pos?: string;
}

export interface Sentence {
  text: string;
  start: number;
  end: number;
  words: Word[];
}

/** The terms of the words that carry meaning, in order, repeats included. */
export function contentTerms(sentence: Sentence): string[] {
  return sentence.words.filter((word) => word.isContent).map((word) => word.term);
}

/** The part of a text that the words cover, from the first's start to the last's end. */
export function sentenceOf(text: string, words: Word[]): Sentence | undefined {
  const first = words[0];
  const last = words.at(-1);
  if (!first || !last) return undefined;
  return { text: text.slice(first.start, last.end), start: first.start, end: last.end, words };
}

/** The same sentence in a text that begins `offset` units earlier. */
export function shiftSentence(sentence: Sentence, offset: number): Sentence {
  if (offset === 0) return sentence;
  return {
    text: sentence.text,
    start: sentence.start + offset,
    end: sentence.end + offset,
    words: sentence.words.map((word) => ({
      ...word,
      start: word.start + offset,
      end: word.end + offset,
    })),
  };
}
