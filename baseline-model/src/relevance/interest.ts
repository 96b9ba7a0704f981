import type { TextReader } from '../text/analyze.ts';
import type { TermVector, TermWeights } from '../text/term-vectors.ts';
import { scoreRelevance, type Interest } from './score-relevance.ts';
import { stemTopics } from './topics.ts';

/** The reader of a text. */
export interface Persona {
  role: string | null | undefined;
  need: string | null | undefined;
}

/** Relevance of each text for the persona, from 0 to 1. */
export function scoreInterest(
  vectors: readonly TermVector[],
  weights: TermWeights,
  persona: Persona,
  reader: TextReader,
): number[] {
  return scoreRelevance(vectors, weights, toInterest(persona, reader), stemTopics(reader.stem));
}

/** Job titles that occur in every field. */
const callings =
  /^(?:analyst|reporter|journalist|editor|officer|manager|director|expert|specialist|member|chief|head|advisor|consultant|coordinator)$/u;
/** Words that phrase a need, but do not describe it. */
const askingWords =
  /^(?:want|know|need|information|interest|interested|learn|understand|find|look|detail|details|question|everything|especially|focus)$/u;

/** A need is a few sentences; more would dilute it. */
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
