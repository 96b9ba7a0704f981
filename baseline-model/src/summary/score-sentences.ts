import { findQuantities } from '../text/quantities.ts';
import type { TextReader } from '../text/analyze.ts';
import { similarity, sumVectors, type TermVector } from '../text/term-vectors.ts';
import type { SpokenSentence } from '../transcript/spoken-sentences.ts';
import { scaled } from '../relevance/score-relevance.ts';

const greetingPattern =
  /^(?:good (?:morning|afternoon|evening|night)|hello|hi|welcome|thank(?:s| you)|bye|goodbye|see you|stay tuned|coming up|that (?:was|is|'s) (?:the|all|it)|let us|let's|now (?:to|for|over)|back to|i am \p{Lu}|i'm \p{Lu}|guten (?:tag|abend|morgen)|willkommen|danke|bonjour|merci|hola|gracias)(?!\p{L})/iu;
/** A sentence that begins like this depends on the previous one. */
const leaningPattern =
  /^(?:it|its|this|that|these|those|he|his|she|her|they|their|there|but|and|so|also|then|however|er|sie|es|das|dies|il|elle|cela)\b/iu;
const shortSentenceWords = 6;
const longSentenceWords = 40;

/** How informative a sentence is, from about 0.2 to 1.2: numbers and names raise it, filler lowers it. */
export function scoreForm(sentence: SpokenSentence, reader: TextReader): number {
  const spoken = sentence.words.filter((word) => word.kind !== 'mark');
  const amounts = findQuantities(sentence.words, reader.language).filter(
    ({ kind }) => kind === 'amount',
  ).length;
  const names = reader.language === 'en' ? spoken.filter((word) => word.pos === 'PROPN').length : 0;
  let score = 0.8 + Math.min(2, amounts) * 0.1 + Math.min(3, names) * 0.05;
  if (spoken.length < shortSentenceWords) score *= 0.6;
  if (spoken.length > longSentenceWords) score *= 0.8;
  if (leaningPattern.test(sentence.text)) score *= 0.85;
  if (/\?["”’)]*$/u.test(sentence.text)) score *= 0.5;
  if (greetingPattern.test(sentence.text)) score *= 0.35;
  return score;
}

/**
 * Centrality of each sentence, from 0 to 1: its similarity to the sum of all. This is the degree centrality of LexRank
 * without a threshold, in linear time.
 */
export function scoreCentrality(vectors: readonly TermVector[]): number[] {
  const centre = sumVectors(vectors);
  return scaled(vectors.map((vector) => similarity(vector, centre)));
}

const centralityWeight = 0.2;
const relevanceWeight = 0.8;
/** Share of its neighbors' scores that a sentence gets, as an answer often follows its keyword. */
const neighborShare = 0.2;

/** The score of each sentence. */
export function combineScores(
  centrality: readonly number[],
  relevance: readonly number[],
  form: readonly number[],
): number[] {
  const hasInterest = relevance.some((score) => score > 0);
  return centrality.map((central, index) => {
    if (!hasInterest) return central * (form[index] ?? 1);
    const near = Math.max(relevance[index - 1] ?? 0, relevance[index + 1] ?? 0);
    const relevant = (relevance[index] ?? 0) + neighborShare * near;
    return (centralityWeight * central + relevanceWeight * relevant) * (form[index] ?? 1);
  });
}
