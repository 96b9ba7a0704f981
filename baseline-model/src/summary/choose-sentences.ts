import { conflictBetween, readStatements } from '../statements/read-statements.ts';
import type { Statement } from '../statements/statement.ts';
import type { Sentence } from '../text/sentence.ts';
import { similarity, type TermVector } from '../text/term-vectors.ts';

const minSentences = 3;
const maxSentences = 16;
/** Only the best candidates are compared; lower ones are never chosen. */
const candidatesPerSentence = 8;
/** Penalty of a repetition (maximal marginal relevance). */
const repetitionCost = 0.45;
/** Contradicted sentences matter, and even more if they contradict a chosen one, however similar the two are. */
const contestedFactor = 1.15;
const conflictFactor = 1.5;

/** Length of a summary: about the square root of the number of spoken sentences. */
function summaryLength(sentenceCount: number): number {
  return Math.min(
    sentenceCount,
    maxSentences,
    Math.max(minSentences, Math.round(Math.sqrt(sentenceCount))),
  );
}

export interface Candidate {
  sentence: Sentence;
  vector: TermVector;
  score: number;
}

/** Chooses sentences by score and novelty; returns their indices in the order of the transcript. */
export function chooseSentences(candidates: readonly Candidate[], language: string): number[] {
  const targetLength = summaryLength(candidates.length);
  const pool = [...candidates.keys()]
    .toSorted((a, b) => (candidates[b]?.score ?? 0) - (candidates[a]?.score ?? 0) || a - b)
    .slice(0, targetLength * candidatesPerSentence);
  const statements = new Map(
    pool.map(
      (index) =>
        [index, readStatements(candidates[index]?.sentence as Sentence, language)] as const,
    ),
  );
  const contested = new Set(
    pool.filter((index) =>
      pool.some((other) => index !== other && isConflict(index, other, candidates, statements)),
    ),
  );
  const chosen: number[] = [];
  while (chosen.length < targetLength && pool.length > 0) {
    const worth = pool.map(
      (index) =>
        worthOf(index, chosen, candidates, statements) *
        (contested.has(index) ? contestedFactor : 1),
    );
    const best = worth.indexOf(Math.max(...worth));
    chosen.push(...pool.splice(best, 1));
  }
  return chosen.toSorted((a, b) => a - b);
}

function worthOf(
  index: number,
  chosen: readonly number[],
  candidates: readonly Candidate[],
  statements: ReadonlyMap<number, readonly Statement[]>,
): number {
  const candidate = candidates[index] as Candidate;
  let repetition = 0;
  for (const other of chosen) {
    if (isConflict(index, other, candidates, statements)) return candidate.score * conflictFactor;
    repetition = Math.max(
      repetition,
      similarity(candidate.vector, (candidates[other] as Candidate).vector),
    );
  }
  return candidate.score - repetitionCost * repetition;
}

function isConflict(
  a: number,
  b: number,
  candidates: readonly Candidate[],
  statements: ReadonlyMap<number, readonly Statement[]>,
): boolean {
  const isAlike =
    similarity((candidates[a] as Candidate).vector, (candidates[b] as Candidate).vector) > 0.1;
  return isAlike && conflictBetween(statements.get(a) ?? [], statements.get(b) ?? []) !== undefined;
}
