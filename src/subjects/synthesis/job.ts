import { z } from 'zod';
import { listClaimTrees, listLatestExtractions, newestExtractions } from '../claims/queries.ts';
import type { ClaimTree } from '../claims/queries.ts';
import { listPersonasById } from '../persona/queries.ts';
import { glossText, listVideoSummariesById, videoSummaries } from '../summary/queries.ts';
import type { VideoSummary } from '../summary/queries.ts';
import { claimSynthesisResult, insertClaimSynthesis, maxSources } from './queries.ts';
import type { Database } from '../../db/tables.ts';
import { isBlank } from '../../platform/text.ts';
import { listVideosById } from '../video/queries.ts';
import type { Viewer } from '../../db/viewer.ts';
import { JobFailure, NotFoundError, ValidationError } from '../../errors.ts';
import { synthesize } from './wire.ts';
import type { SourceClaim, SynthesizeRequest } from './wire.ts';
import { warnIfModelDiffers } from '../../jobs/requested-model.ts';
import { defineJob } from '../../jobs/define-job.ts';
import type { JobContext } from '../../jobs/define-job.ts';
import { choice, modelId, ownId, wholeNumber } from '../../jobs/input-fields.ts';
import { toConflicts } from './conflicts.ts';
import { countClaims, countConflicts } from './counts.ts';

const strategy = choice('SynthesisStrategy', {
  HIERARCHICAL: 'By theme, the best supported first.',
  CHRONOLOGICAL: 'In the order in which the sources say it.',
  NARRATIVE: 'One flowing text.',
  ANALYTICAL: 'By what the sources agree on, what they differ in, and what only one says.',
});

const input = z.object({
  summaryIds: z
    .array(ownId('A summary.'))
    .min(1, 'Must name at least one summary.')
    .max(maxSources, `Must name at most ${maxSources} summaries.`)
    .refine((ids) => new Set(ids).size === ids.length, 'Must not name a summary twice.')
    .meta({ description: 'The summaries whose latest claims to synthesize, 1 to 50.' }),
  strategy: strategy.default('HIERARCHICAL').meta({ description: 'How to arrange the text.' }),
  maxLength: wholeNumber('Maximum number of words, 100 to 2,000.', 100, 2000).default(500),
  includeConflicts: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether to say which claims contradict each other.' }),
  includeCitations: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether to say which source each statement comes from.' }),
  modelId,
});

export const claimSynthesis = defineJob({
  type: 'CLAIM_SYNTHESIS',
  mutation: 'synthesizeClaims',
  description: 'Synthesizes the claims of several summaries into one text.',
  input,
  defaults: {
    attempts: 2,
    backoffMs: 5_000,
    priority: 'LOW',
    concurrency: 5,
    ratePerMinute: 10,
    expectedDurationMs: 75_000,
    deadlineMs: 10 * 60_000,
  },
  checkInput: async (readers, viewer, { summaryIds }) => {
    const summaries = await Promise.all(
      summaryIds.map((summaryId) => readers.find(videoSummaries, viewer, summaryId)),
    );
    const missing = summaries.indexOf(undefined);
    if (missing >= 0) {
      const path = ['input', 'summaryIds', String(missing)];
      throw new NotFoundError('summary', summaryIds[missing]!, path);
    }
    const extractions = await Promise.all(
      summaryIds.map((summaryId) => readers.find(newestExtractions, viewer, summaryId)),
    );
    if (extractions.some((extraction) => extraction && extraction.totalClaims > 0)) return;
    const message = 'None of these summaries has claims yet. Extract them first.';
    throw new ValidationError([{ path: ['input', 'summaryIds'], message }]);
  },
  endpoints: { synthesize },
  result: claimSynthesisResult,
  process: async ({
    db,
    viewer,
    jobId,
    resultId,
    input,
    modelService,
    report,
    log,
    during,
    save,
  }) => {
    report(2, 'Collecting the claims');
    const summaries = await getSummaries(db, viewer, input.summaryIds);
    const request = await toRequest({ db, jobId, viewer }, input, summaries);
    const count = countClaims(request.claim_sources.flatMap((source) => source.claims));
    if (count === 0)
      throw new JobFailure('INVALID_INPUT', 'The summaries have no claims any more.');
    log('INFO', `Synthesizing ${count} claims of ${summaries.length} summaries.`);

    const answer = await during({ from: 5, to: 90, stage: 'Synthesizing the claims' }, (call) =>
      modelService.synthesize(request, call),
    );
    warnIfModelDiffers(log, input.modelId, [answer.model_used]);
    if (isBlank(glossText(answer.summary_gloss)))
      log('WARN', 'The model service wrote an empty synthesis.');
    report(92, 'Saving the synthesis');
    const synthesis = {
      id: resultId,
      jobId,
      gloss: answer.summary_gloss,
      strategy: input.strategy,
      claimsUsed: answer.claims_used,
      conflictsDetected: countConflicts(answer.synthesis_metadata),
      conflicts: toConflicts(request, answer),
      modelUsed: answer.model_used,
      processingTime: answer.processing_time,
    };
    await save((trx) => insertClaimSynthesis(trx, synthesis, input.summaryIds));
  },
});

const strategyNames = {
  HIERARCHICAL: 'hierarchical',
  CHRONOLOGICAL: 'chronological',
  NARRATIVE: 'narrative',
  ANALYTICAL: 'analytical',
} as const;

async function getSummaries(
  db: Database,
  viewer: Viewer,
  ids: readonly string[],
): Promise<VideoSummary[]> {
  const summaries = await listVideoSummariesById(db, viewer, ids);
  const byId = new Map(summaries.map((summary) => [summary.id, summary]));
  return ids.map((id) => {
    const summary = byId.get(id);
    if (!summary) throw new JobFailure('INVALID_INPUT', 'A summary is no longer there.');
    return summary;
  });
}

async function toRequest(
  { db, jobId, viewer }: Pick<JobContext<unknown>, 'db' | 'jobId' | 'viewer'>,
  given: z.output<typeof input>,
  summaries: readonly VideoSummary[],
): Promise<SynthesizeRequest> {
  const claims = await listClaimsBySummary(db, viewer, given.summaryIds);
  const videos = await listVideosById(
    db,
    viewer,
    summaries.map((summary) => summary.videoId),
  );
  const titles = new Map(videos.map((video) => [video.id, video.title]));
  const [persona] = await listPersonasById(db, viewer, [summaries[0]!.personaId]);
  return {
    summary_id: jobId,
    claim_sources: summaries.map((summary) => ({
      source_id: summary.videoId,
      source_type: 'video',
      claims: (claims.get(summary.id) ?? []).map(toSourceClaim),
      metadata: { title: titles.get(summary.videoId) ?? summary.videoId },
    })),
    persona_context: persona && { role: persona.role, information_need: persona.informationNeed },
    synthesis_strategy: strategyNames[given.strategy],
    max_length: given.maxLength,
    include_conflicts: given.includeConflicts,
    include_citations: given.includeCitations,
    model_id: given.modelId,
  };
}

/** The claims of each summary's newest extraction. */
async function listClaimsBySummary(
  db: Database,
  viewer: Viewer,
  summaryIds: readonly string[],
): Promise<Map<string, ClaimTree[]>> {
  const extractions = await listLatestExtractions(db, viewer, summaryIds);
  const trees = await listClaimTrees(
    db,
    extractions.map((extraction) => extraction.id),
  );
  return new Map(extractions.map(({ id, summaryId }) => [summaryId, trees.get(id) ?? []]));
}

function toSourceClaim(claim: ClaimTree): SourceClaim {
  return {
    id: claim.id,
    text: claim.text,
    confidence: claim.confidence,
    subclaims: claim.subclaims.map(toSourceClaim),
  };
}
