/** A word, number or mark; offsets count UTF-16 units of the analyzed text, end exclusive. */
export interface Word {
  text: string;
  start: number;
  end: number;
  kind: 'word' | 'number' | 'mark';
  /** Dictionary form, lower case. */
  lemma: string;
  /** Stem of the lemma, used for comparisons. */
  term: string;
  /** A content word: not a function word, number or punctuation. */
  isContent: boolean;
  /** Universal part of speech, if the grammar of the language is known. */
  pos?: string;
}

export interface Sentence {
  text: string;
  start: number;
  end: number;
  words: Word[];
}

/** The terms of the content words, in order, with repetitions. */
export function contentTerms(sentence: Sentence): string[] {
  return sentence.words.filter((word) => word.isContent).map((word) => word.term);
}

/** The text from the start of the first word to the end of the last. */
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
