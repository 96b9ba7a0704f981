import { normalize, similarity, type TermVector, type TermWeights } from '../text/term-vectors.ts';
import type { Topics } from './topics.ts';

/** What a persona wants to know, as terms. */
export interface Interest {
  role: readonly string[];
  need: readonly string[];
}

const needWeight = 1;
const roleWeight = 0.5;
/** Terms of the same field, and terms beside a requested one, weigh less. */
const topicWeight = 0.35;
const feedbackWeight = 0.25;
const maxFeedbackTexts = 6;
const maxFeedbackTerms = 10;
/** A text below this share of the best score is not used as feedback. */
const feedbackFloor = 0.5;

/** Relevance of each text, from 0 to 1; all 0 without an interest or an answer to it. */
export function scoreRelevance(
  vectors: readonly TermVector[],
  weights: TermWeights,
  interest: Interest,
  topics: Topics,
): number[] {
  const spoken = new Set(vectors.flatMap((vector) => [...vector.keys()]));
  const query = toQuery(weights, interest, topics, spoken);
  if (query.size === 0) return vectors.map(() => 0);
  const first = vectors.map((vector) => similarity(vector, query));
  const feedback = feedbackTerms(vectors, first);
  const widened = normalize(
    new Map([...feedback, ...query].map(([term, weight]) => [term, weight] as const)),
  );
  return scaled(vectors.map((vector) => similarity(vector, widened)));
}

function toQuery(
  weights: TermWeights,
  { role, need }: Interest,
  topics: Topics,
  spoken: ReadonlySet<string>,
): TermVector {
  const query = new Map<string, number>();
  const raise = (term: string, weight: number) => {
    if (spoken.has(term))
      query.set(term, Math.max(query.get(term) ?? 0, weight * weights.rarity(term)));
  };
  for (const term of role) raise(term, roleWeight);
  for (const term of need) raise(term, needWeight);
  for (const { terms: topic } of topics) {
    const matches = new Set([...need, ...role].filter((term) => topic.has(term))).size;
    if (matches === 0) continue;
    for (const term of topic) raise(term, topicWeight * (matches > 1 ? 1 : 0.6));
  }
  return normalize(query);
}

/** Terms of the most relevant texts: pseudo relevance feedback (Rocchio). */
function feedbackTerms(
  vectors: readonly TermVector[],
  scores: readonly number[],
): Map<string, number> {
  const best = [...scores.keys()]
    .filter((index) => (scores[index] ?? 0) > 0)
    .toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
    .slice(0, maxFeedbackTexts)
    .filter(
      (index, _, [top]) => (scores[index] ?? 0) >= feedbackFloor * (scores[top ?? index] ?? 0),
    );
  const sums = new Map<string, number>();
  for (const index of best) {
    for (const [term, weight] of vectors[index] ?? [])
      sums.set(term, (sums.get(term) ?? 0) + weight / best.length);
  }
  const top = [...sums]
    .toSorted(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))
    .slice(0, maxFeedbackTerms);
  return new Map(top.map(([term, weight]) => [term, weight * feedbackWeight]));
}

/** Scales scores to 0..1. */
export function scaled(scores: readonly number[]): number[] {
  const largest = scores.reduce((max, score) => Math.max(max, score), 0);
  return scores.map((score) => (largest > 0 ? score / largest : 0));
}
