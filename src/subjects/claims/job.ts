import { sql } from 'kysely';
import { z } from 'zod';
import { blankSummaries } from '../summary/blank-summaries.ts';
import { insertClaimExtraction, listClaimExtractionsByJob } from './queries.ts';
import type { NewClaim } from './queries.ts';
import {
  findVideoSummary,
  isUnwantedSummary,
  readSummaryText,
  videoSummaries,
} from '../summary/queries.ts';
import { isBlank } from '../../platform/text.ts';
import { JobFailure, NotFoundError, ValidationError } from '../../errors.ts';
import { extractClaims } from './wire.ts';
import type { ExtractClaimsRequest, ExtractedClaim } from './wire.ts';
import { warnIfModelDiffers } from '../../jobs/requested-model.ts';
import { defineJob } from '../../jobs/define-job.ts';
import { choice, modelId, ownId, share, wholeNumber } from '../../jobs/input-fields.ts';
import { locateSpan } from './locate-span.ts';

const strategy = choice('ExtractionStrategy', {
  SENTENCE_BASED: 'Each sentence that asserts something is a claim.',
  SEMANTIC_UNITS: 'Each clause that asserts something is a claim.',
  HIERARCHICAL: 'Each sentence is a claim, and its parts are subclaims.',
});

const input = z.object({
  summaryId: ownId('The summary to extract claims from.'),
  strategy: strategy
    .default('SENTENCE_BASED')
    .meta({ description: 'How to divide the summary into claims.' }),
  maxClaims: wholeNumber('Maximum number of root claims, 1 to 200.', 1, 200).default(50),
  minConfidence: share(
    'Claims below this confidence, 0 to 1, are left out; 0 keeps them all.',
  ).default(0.5),
  modelId,
});

export const claimExtraction = defineJob({
  type: 'CLAIM_EXTRACTION',
  mutation: 'extractClaims',
  description: 'Extracts the atomic claims of a summary.',
  input,
  defaults: {
    attempts: 3,
    backoffMs: 5_000,
    priority: 'NORMAL',
    concurrency: 5,
    ratePerMinute: 10,
    expectedDurationMs: 40_000,
    deadlineMs: 10 * 60_000,
  },
  checkInput: async (readers, viewer, { summaryId }) => {
    const summary = await readers.find(videoSummaries, viewer, summaryId);
    if (!summary) throw new NotFoundError('summary', summaryId, ['input', 'summaryId']);
    if (!(await readers.find(blankSummaries, viewer, summary.id))) return;
    throw new ValidationError([{ path: ['input', 'summaryId'], message: blankMessage }]);
  },
  endpoints: { extractClaims },
  result: {
    type: 'ClaimExtraction',
    table: 'claimExtraction',
    listByJob: listClaimExtractionsByJob,
    madeOf: { result: 'videoSummary', table: 'claimExtraction', column: 'summaryId' },
    isFree: isUnwantedSummary(sql`result.summary_id`),
  },
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
    report(2, 'Reading the summary');
    const summary = await findVideoSummary(db, viewer, input.summaryId);
    if (!summary) throw new JobFailure('INVALID_INPUT', 'The summary is no longer there.');
    const text = await readSummaryText(db, summary.id);
    // In a pipeline, nobody could know when the job was accepted.
    if (isBlank(text)) throw new JobFailure('INVALID_INPUT', blankMessage);

    const request = toRequest(input, text);
    const answer = await during({ from: 5, to: 85, stage: 'Extracting claims' }, (call) =>
      modelService.extractClaims(request, call),
    );
    warnIfModelDiffers(log, input.modelId, [answer.model_used]);
    if (answer.claims.length === 0)
      log('WARN', 'The model service found no claims in the summary.');

    report(90, 'Saving the claims');
    const extraction = {
      id: resultId,
      jobId,
      summaryId: summary.id,
      strategy: input.strategy,
      modelUsed: answer.model_used,
      processingTime: answer.processing_time,
    };
    const claims = answer.claims.map((claim) => toClaim(claim, text));
    await save((trx) => insertClaimExtraction(trx, extraction, claims));
  },
});

const blankMessage = 'The summary has no text, so there are no claims to extract.';

const strategyNames = {
  SENTENCE_BASED: 'sentence-based',
  SEMANTIC_UNITS: 'semantic-units',
  HIERARCHICAL: 'hierarchical',
} as const;

function toRequest(given: z.output<typeof input>, text: string): ExtractClaimsRequest {
  return {
    summary_id: given.summaryId,
    summary_text: text,
    extraction_strategy: strategyNames[given.strategy],
    max_claims: given.maxClaims,
    min_confidence: given.minConfidence,
    model_id: given.modelId,
  };
}

function toClaim(claim: ExtractedClaim, summaryText: string): NewClaim {
  const span = locateSpan(summaryText, claim.text, claim.char_start, claim.char_end);
  return {
    text: claim.text,
    confidence: claim.confidence,
    claimType: claim.claim_type ?? null,
    sentenceIndex: claim.sentence_index ?? null,
    charStart: span?.start ?? null,
    charEnd: span?.end ?? null,
    subclaims: claim.subclaims.map((subclaim) => toClaim(subclaim, summaryText)),
  };
}
