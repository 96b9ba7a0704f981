import { findQuantities } from '../text/quantities.ts';
import type { TextReader } from '../text/analyze.ts';
import { similarity, sumVectors, type TermVector } from '../text/term-vectors.ts';
import type { SpokenSentence } from '../transcript/spoken-sentences.ts';
import { scaled } from '../relevance/score-relevance.ts';

const GREETING =
  /^(?:good (?:morning|afternoon|evening|night)|hello|hi|welcome|thank(?:s| you)|bye|goodbye|see you|stay tuned|coming up|that (?:was|is|'s) (?:the|all|it)|let us|let's|now (?:to|for|over)|back to|i am \p{Lu}|i'm \p{Lu}|guten (?:tag|abend|morgen)|willkommen|danke|bonjour|merci|hola|gracias)(?!\p{L})/iu;
/** A sentence that begins so leans on the one before it. */
const LEANING =
  /^(?:it|its|this|that|these|those|he|his|she|her|they|their|there|but|and|so|also|then|however|er|sie|es|das|dies|il|elle|cela)\b/iu;
const UNDER_WORDS = 6;
const OVER_WORDS = 40;

/** How much a sentence says, by its own words, from about 0.2 to 1.2: figures and names raise it, filler lowers it. */
export function scoreForm(sentence: SpokenSentence, reader: TextReader): number {
  const spoken = sentence.words.filter((word) => word.kind !== 'mark');
  const amounts = findQuantities(sentence.words, reader.language).filter(
    ({ kind }) => kind === 'amount',
  ).length;
  const names = reader.language === 'en' ? spoken.filter((word) => word.pos === 'PROPN').length : 0;
  let score = 0.8 + Math.min(2, amounts) * 0.1 + Math.min(3, names) * 0.05;
  if (spoken.length < UNDER_WORDS) score *= 0.6;
  if (spoken.length > OVER_WORDS) score *= 0.8;
  if (LEANING.test(sentence.text)) score *= 0.85;
  if (/\?["”’)]*$/u.test(sentence.text)) score *= 0.5;
  if (GREETING.test(sentence.text)) score *= 0.35;
  return score;
}

/**
 * How central each sentence is, from 0 to 1: its similarity to the sum of all. That is LexRank's degree centrality
 * without a threshold, in linear time.
 */
export function scoreCentrality(vectors: readonly TermVector[]): number[] {
  const centre = sumVectors(vectors);
  return scaled(vectors.map((vector) => similarity(vector, centre)));
}

const CENTRALITY_WEIGHT = 0.2;
const RELEVANCE_WEIGHT = 0.8;
/** A sentence takes this share of what its neighbours score, for an answer often follows its keyword. */
const NEIGHBOUR_SHARE = 0.2;

/** One score a sentence. */
export function combineScores(
  centrality: readonly number[],
  relevance: readonly number[],
  form: readonly number[],
): number[] {
  const hasInterest = relevance.some((score) => score > 0);
  return centrality.map((central, index) => {
    if (!hasInterest) return central * (form[index] ?? 1);
    const near = Math.max(relevance[index - 1] ?? 0, relevance[index + 1] ?? 0);
    const relevant = (relevance[index] ?? 0) + NEIGHBOUR_SHARE * near;
    return (CENTRALITY_WEIGHT * central + RELEVANCE_WEIGHT * relevant) * (form[index] ?? 1);
  });
}
