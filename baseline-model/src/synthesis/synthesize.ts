import type { SynthesizeRequest, SynthesizeResponse } from '../contract.ts';
import { modelName } from '../identity.ts';
import type { TextAnalyzer } from '../text/analyze.ts';
import { mapInSteps, type Work } from '../work.ts';
import type { Assertion } from './assertion.ts';
import { collectClaims } from './collect-claims.ts';
import {
  beginSearch,
  comparableStatements,
  findContradictions,
  type Contradiction,
} from './find-conflicts.ts';
import { describeSynthesis } from './describe-synthesis.ts';
import { groupByTheme } from './group-assertions.ts';
import { readAssertions } from './read-assertions.ts';
import { writeGloss } from './write-gloss.ts';

/** Contradictions that are listed beside the text. */
const maxListed = 100;

/** Combines the claims of several sources into one text, with provable contradictions. */
export async function synthesize(
  request: SynthesizeRequest,
  { analyzer, work }: { analyzer: TextAnalyzer; work: Work },
): Promise<SynthesizeResponse> {
  const startedAt = performance.now();
  await work.step(0.05, 'Collecting claims');
  const { texts, claimCount } = collectClaims(request.claim_sources);
  work.log(
    'info',
    `${claimCount} claims from ${request.claim_sources.length} sources, ${texts.length} different`,
  );
  const { assertions, language } = await readAssertions(texts, { analyzer, request, work });
  const contradictions = await compareAll(assertions, work);
  const themes = groupByTheme(
    withoutContradicted(assertions, contradictions, request.include_conflicts),
  );
  await work.step(0.9, 'Grouping claims');
  const content = describeSynthesis(request, {
    themes,
    contradictions,
    claimCount,
    language,
  });
  const gloss = writeGloss(content, request.max_length);
  await work.step(0.98, 'Writing the synthesis');
  return {
    summary_id: request.summary_id,
    summary_gloss: gloss,
    model_used: modelName,
    processing_time: (performance.now() - startedAt) / 1000,
    claims_used: claimCount,
    synthesis_metadata: {
      strategy: request.synthesis_strategy,
      num_sources: request.claim_sources.length,
      conflicts_detected: contradictions.length,
      conflicts_searched: true,
      conflicts: contradictions
        .slice(0, maxListed)
        .map(({ a, b, reason }) => ({ claim_ids: [a.claimId, b.claimId], reason })),
    },
  };
}

async function compareAll(assertions: readonly Assertion[], work: Work): Promise<Contradiction[]> {
  const search = beginSearch(assertions);
  const comparing = { from: 0.5, to: 0.85, stage: 'Looking for contradictions' };
  await mapInSteps(comparableStatements(assertions), comparing, work, (bucket) =>
    findContradictions(bucket, search),
  );
  if (search.comparisonsLeft <= 0)
    work.log('warn', 'too many claims are alike: not all were compared with each other');
  work.log('info', `${search.found.size} contradictions`);
  return [...search.found.values()];
}

/** Contradicted claims appear with the contradictions only. */
function withoutContradicted(
  assertions: readonly Assertion[],
  contradictions: readonly Contradiction[],
  areTold: boolean,
): Assertion[] {
  const contradicted = new Set(contradictions.flatMap(({ a, b }) => [a.order, b.order]));
  return assertions.filter(({ order }) => !areTold || !contradicted.has(order));
}
