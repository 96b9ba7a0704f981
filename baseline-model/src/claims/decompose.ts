import { attributedContent } from '../text/attribution.ts';
import { splitClauses } from '../text/clauses.ts';
import { sentenceOf, type Sentence, type Word } from '../text/sentence.ts';

/** A sentence or clause with its parts. */
export interface ClaimTree {
  sentence: Sentence;
  parts: ClaimTree[];
}

/** Clauses, quotations in them, and clauses of those; deeper parts are fragments. */
const maxDepth = 3;

/** Splits a sentence into clauses, and an attribution into its statement. */
export function decompose(text: string, sentence: Sentence, depth = 0): ClaimTree {
  if (depth >= maxDepth) return { sentence, parts: [] };
  return {
    sentence,
    parts: partsOf(sentence.words).flatMap((words) => {
      const part = sentenceOf(text, words);
      return part && part.text !== sentence.text ? decompose(text, part, depth + 1) : [];
    }),
  };
}

function partsOf(words: readonly Word[]): Word[][] {
  const clauses = splitClauses(words);
  if (clauses.length > 1) return clauses;
  const content = attributedContent(words);
  return content ? [content] : [];
}
