import { scoreInterest, type Persona } from '../relevance/interest.ts';
import { fieldOf, stemTopics } from '../relevance/topics.ts';
import type { TextAnalyzer, TextReader } from '../text/analyze.ts';
import { learnTermWeights } from '../text/term-vectors.ts';
import { mapInSteps, type Work } from '../work.ts';
import { readAssertion, type Assertion } from './assertion.ts';
import type { ClaimedText } from './collect-claims.ts';
import { mergeEqual } from './merge-equal.ts';

/** The most confident claims are read; the others are only counted. */
const maxReadClaims = 5000;

/** Claims from which the language is detected. */
const sampledClaims = 100;

export interface ReadAssertionsContext {
  analyzer: TextAnalyzer;
  work: Work;
  request: { persona_context?: { role: string; information_need: string } | null | undefined };
}

/** Reads the claims, weighs them for the persona, and merges those of the same meaning. */
export async function readAssertions(
  texts: readonly ClaimedText[],
  { analyzer, request, work }: ReadAssertionsContext,
): Promise<{ assertions: Assertion[]; language: string }> {
  const read = boundClaims(texts, work);
  const sample = read.slice(0, sampledClaims).map(({ text }) => text);
  const reader = await analyzer.readerFor(sample.join(' '));
  const reading = { from: 0.1, to: 0.5, stage: 'Reading claims' };
  const assertions = await mapInSteps(read, reading, work, (text, order) =>
    readAssertion(text, order, reader),
  );
  const context = request.persona_context;
  const persona = { role: context?.role, need: context?.information_need };
  return { assertions: mergeEqual(weigh(assertions, persona, reader)), language: reader.language };
}

function weigh(
  assertions: readonly Assertion[],
  persona: Persona,
  reader: TextReader,
): Assertion[] {
  const weights = learnTermWeights(assertions.map(({ terms }) => terms));
  const vectors = assertions.map(({ terms }) => weights.vectorOf(terms));
  const relevance = scoreInterest(vectors, weights, persona, reader);
  const fields = stemTopics(reader.stem);
  return assertions.map((assertion, index) => {
    const support = Math.min(1, (assertion.sources.length - 1) / 2);
    return {
      ...assertion,
      field: fieldOf(assertion.terms, fields),
      vector: vectors[index] ?? assertion.vector,
      importance: 0.5 * (relevance[index] ?? 0) + 0.25 * support + 0.25 * assertion.confidence,
    };
  });
}

function boundClaims(texts: readonly ClaimedText[], work: Work): ClaimedText[] {
  if (texts.length <= maxReadClaims) return [...texts];
  work.log('warn', `only the ${maxReadClaims} most confident claims are read`);
  const best = new Set(
    texts.toSorted((a, b) => b.confidence - a.confidence).slice(0, maxReadClaims),
  );
  return texts.filter((text) => best.has(text));
}
