import { readStatements } from '../statements/read-statements.ts';
import type { Statement } from '../statements/statement.ts';
import type { TextReader } from '../text/analyze.ts';
import type { Word } from '../text/sentence.ts';
import type { TermVector } from '../text/term-vectors.ts';
import type { ClaimedText } from './collect-claims.ts';

/** A claimed text that has been read. */
export interface Assertion extends ClaimedText {
  /** Place among all claims. */
  order: number;
  words: readonly Word[];
  terms: readonly string[];
  statements: readonly Statement[];
  vector: TermVector;
  /** The field of interest it belongs to. */
  field: string | undefined;
  /** What it is worth to the reader, 0 to about 1.2. */
  importance: number;
}

/** Reads a claimed text; its vector, field and importance are set once all have been read. */
export function readAssertion(claimed: ClaimedText, order: number, reader: TextReader): Assertion {
  const sentences = reader.sentencesOf(claimed.text);
  const words = sentences.flatMap((sentence) => sentence.words);
  return {
    ...claimed,
    order,
    words,
    terms: words.filter((word) => word.isContent).map((word) => word.term),
    statements: sentences.flatMap((sentence) => readStatements(sentence, reader.language)),
    vector: new Map(),
    field: undefined,
    importance: 0,
  };
}
