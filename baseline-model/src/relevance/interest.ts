import type { TextReader } from '../text/analyze.ts';
import type { TermVector, TermWeights } from '../text/term-vectors.ts';
import { scoreRelevance, type Interest } from './score-relevance.ts';
import { stemTopics } from './topics.ts';

/** Whom a text is written for. */
export interface Persona {
  role: string | null | undefined;
  need: string | null | undefined;
}

/** How far each text answers what the persona wants to know, from 0 to 1. */
export function scoreInterest(
  vectors: readonly TermVector[],
  weights: TermWeights,
  persona: Persona,
  reader: TextReader,
): number[] {
  return scoreRelevance(vectors, weights, toInterest(persona, reader), stemTopics(reader.stem));
}

/** What a persona is called in every field. */
const callings =
  /^(?:analyst|reporter|journalist|editor|officer|manager|director|expert|specialist|member|chief|head|advisor|consultant|coordinator)$/u;
/** Words in which a need is put, not what it is about. */
const askingWords =
  /^(?:want|know|need|information|interest|interested|learn|understand|find|look|detail|details|question|everything|especially|focus)$/u;

/** A need is a few sentences; more would blur it. */
const maxInterestChars = 2000;

function toInterest({ role, need }: Persona, reader: TextReader): Interest {
  const termsOf = (text: string | null | undefined) =>
    reader
      .sentencesOf((text ?? '').slice(0, maxInterestChars))
      .flatMap(({ words }) => words)
      .filter(
        (word) => word.isContent && !askingWords.test(word.lemma) && !callings.test(word.lemma),
      )
      .map((word) => word.term);
  return { role: termsOf(role), need: termsOf(need) };
}
