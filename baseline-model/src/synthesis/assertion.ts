import { readStatements } from '../statements/read-statements.ts';
import type { Statement } from '../statements/statement.ts';
import type { TextReader } from '../text/analyze.ts';
import type { Word } from '../text/sentence.ts';
import type { TermVector } from '../text/term-vectors.ts';
import type { ClaimedText } from './collect-claims.ts';

/** A claim after its analysis. */
export interface Assertion extends ClaimedText {
  /** Index among all claims. */
  order: number;
  words: readonly Word[];
  terms: readonly string[];
  statements: readonly Statement[];
  vector: TermVector;
  /** Its field of interest. */
  field: string | undefined;
  /** Importance for the reader, from 0 to about 1.2. */
  importance: number;
}

/** Analyzes a claim; vector, field and importance are set once all are analyzed. */
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
