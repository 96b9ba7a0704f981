import { scoreInterest, type Persona } from '../relevance/interest.ts';
import type { TextReader } from '../text/analyze.ts';
import { contentTerms } from '../text/sentence.ts';
import { learnTermWeights } from '../text/term-vectors.ts';
import type { Cue } from '../transcript/cue-text.ts';
import { readSpokenSentences } from '../transcript/spoken-sentences.ts';
import { joinCues } from '../transcript/utterances.ts';
import { mapInSteps, type Work } from '../work.ts';
import { chooseSentences } from './choose-sentences.ts';
import type { Moment } from './key-frames.ts';
import { combineScores, scoreCentrality, scoreForm } from './score-sentences.ts';

/** Chooses the sentences of a summary for a persona, ordered by time, each with a confidence. */
export async function rankSentences(
  cues: readonly Cue[],
  persona: Persona,
  { reader, work }: { reader: TextReader; work: Work },
): Promise<Moment[]> {
  const reading = { from: 0.15, to: 0.6, stage: 'Reading sentences' };
  const sentences = (
    await mapInSteps(joinCues(cues), reading, work, (utterance) =>
      readSpokenSentences(utterance, reader.sentencesOf),
    )
  ).flat();
  const terms = sentences.map(contentTerms);
  const weights = learnTermWeights(terms);
  const comparing = { from: 0.6, to: 0.8, stage: 'Comparing sentences' };
  const vectors = await mapInSteps(terms, comparing, work, (own) => weights.vectorOf(own));
  const centrality = scoreCentrality(vectors);
  const relevance = scoreInterest(vectors, weights, persona, reader);
  const form = sentences.map((sentence) => scoreForm(sentence, reader));
  const scores = combineScores(centrality, relevance, form);
  await work.step(0.85, 'Weighing what the persona needs');
  const candidates = sentences.map((sentence, index) => ({
    sentence,
    vector: vectors[index] ?? new Map<string, number>(),
    score: scores[index] ?? 0,
  }));
  const chosen = chooseSentences(candidates, reader.language);
  await work.step(0.92, 'Choosing sentences');
  return chosen.flatMap((index) => {
    const sentence = sentences[index];
    return sentence ? { sentence, confidence: confidenceOf(scores[index] ?? 0) } : [];
  });
}

/** A score of 0 is neutral; even the best one is never certain. */
function confidenceOf(score: number): number {
  return Number(Math.min(0.95, 0.35 + 0.6 * Math.min(1, Math.max(0, score))).toFixed(3));
}
