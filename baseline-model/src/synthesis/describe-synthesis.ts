import type { SynthesizeRequest } from '../contract.ts';
import { createCitations, type Citations } from './cite.ts';
import { composers } from './compose.ts';
import type { Contradiction } from './find-conflicts.ts';
import type { Theme } from './group-assertions.ts';
import { cutToWords } from './text-budget.ts';
import type { GlossContent } from './write-gloss.ts';

const maxQuotedWords = 30;

export interface Findings {
  themes: readonly Theme[];
  contradictions: readonly Contradiction[];
  claimCount: number;
  language: string;
}

/** Describes the results, by the requested strategy. */
export function describeSynthesis(request: SynthesizeRequest, findings: Findings): GlossContent {
  const { themes, contradictions, claimCount, language } = findings;
  const sourceCount = request.claim_sources.length;
  if (claimCount === 0) {
    return {
      opening: 'The sources contain no claims, so there is nothing to synthesize.',
      sections: [],
      conflicts: undefined,
      sources: [],
    };
  }
  const cite = createCitations(request.claim_sources, request.include_citations);
  const compose = composers[request.synthesis_strategy];
  const cited = new Set([
    ...themes.flatMap(({ assertions }) => assertions.flatMap(({ sources }) => sources)),
    ...contradictions.flatMap(({ a, b }) => [...a.sources, ...b.sources]),
  ]);
  const role = request.persona_context?.role;
  return {
    opening: `${count(claimCount, 'claim')} from ${count(sourceCount, 'source')}${role ? `, read for: ${cutToWords(role, 8)}` : ''}.`,
    sections: compose({ themes, contradictions, sourceCount, language, cite }),
    conflicts: request.include_conflicts
      ? describeConflicts(request, contradictions, cite)
      : undefined,
    sources: cite.list(cited),
  };
}

function describeConflicts(
  request: SynthesizeRequest,
  contradictions: readonly Contradiction[],
  cite: Citations,
): NonNullable<GlossContent['conflicts']> {
  const isAnalysis = request.synthesis_strategy === 'analytical';
  if (contradictions.length === 0) {
    return { heading: 'No contradiction between the claims could be proven.', sentences: [] };
  }
  const quote = (text: string) => `“${cutToWords(text, maxQuotedWords)}”`;
  return {
    heading: isAnalysis
      ? `Disagreement (${contradictions.length}):`
      : `The claims contradict each other on ${count(contradictions.length, 'point')}:`,
    sentences: contradictions.map(
      ({ a, b, reason }) =>
        `${quote(a.text)} ${cite.name(a.sources)} cannot hold together with ${quote(b.text)} ${cite.name(b.sources)}: ${reason}.`,
    ),
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
