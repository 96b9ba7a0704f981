import { attributedContent } from '../text/attribution.ts';
import { splitClauses } from '../text/clauses.ts';
import { sentenceOf, type Sentence, type Word } from '../text/sentence.ts';

/** A sentence or clause and what it is made of. */
export interface ClaimTree {
  sentence: Sentence;
  parts: ClaimTree[];
}

/** Clauses, what is quoted in them, clauses of that: deeper would be fragments. */
const maxDepth = 3;

/** Takes a sentence apart into its clauses, and an attribution into what was said. */
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
