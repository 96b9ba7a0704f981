import { attributedContent } from '../text/attribution.ts';
import { splitClauses } from '../text/clauses.ts';
import type { Sentence, Word } from '../text/sentence.ts';
import { proveConflict, type Conflict } from './prove-conflict.ts';
import { readStatement, type Statement } from './statement.ts';
import { negations } from './word-lists.ts';

/** The statements of a sentence, clause by clause, without attributions; a question has none. */
export function readStatements(sentence: Sentence, language: string): Statement[] {
  if (/\?["”’')\]]*$/u.test(sentence.text)) return [];
  return splitClauses(sentence.words)
    .map((clause) => attributedContent(clause) ?? clause)
    .flatMap((content) => splitClauses(content))
    .flatMap(splitPredicates)
    .map((clause) => readStatement(clause, language));
}

/** "The keeper was injured and left the pitch" says two things of one subject. */
function splitPredicates(words: readonly Word[]): Word[][] {
  const isVerb = (word: Word | undefined) => word?.pos === 'VERB' || word?.pos === 'AUX';
  const verb = words.findIndex(isVerb);
  const and = words.findIndex(
    (word, index) =>
      verb > 0 && index > verb && /^(?:and|but)$/u.test(word.lemma) && isVerb(words[index + 1]),
  );
  // The scope of a negation before "and" is ambiguous.
  const isNegated = words.slice(0, and).some((word) => negations.has(word.text.toLowerCase()));
  if (and === -1 || isNegated) return [[...words]];
  return [words.slice(0, and), [...words.slice(0, verb), ...words.slice(and + 1)]];
}

/** The first conflict between two sentences' statements. */
export function conflictBetween(
  a: readonly Statement[],
  b: readonly Statement[],
): Conflict | undefined {
  for (const mine of a) {
    for (const theirs of b) {
      const conflict = proveConflict(mine, theirs);
      if (conflict) return conflict;
    }
  }
  return undefined;
}
