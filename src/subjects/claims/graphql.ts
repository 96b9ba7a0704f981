import { sql } from 'kysely';
import { claimExtraction } from './job.ts';
import type { ClaimExtraction, ClaimTree } from './queries.ts';
import { builder } from '../../graphql/builder.ts';
import { defineLoader } from '../../graphql/loaders.ts';
import { resultsOf } from '../../graphql/job/job-results.ts';
import { addNode, NodeRef } from '../../graphql/node/node-ref.ts';
import { byKey } from '../../graphql/batch-loaders.ts';
import { expectVisible } from '../../graphql/visibility.ts';
import { listVideoSummariesById } from '../summary/queries.ts';
import { ClaimRef, claimsCost, claimTreesOf } from './claim-type.ts';
import './moments/moment-type.ts';
import { VideoSummaryRef } from '../summary/graphql.ts';

const summaryById = defineLoader((db, viewer) =>
  byKey(
    (ids) => listVideoSummariesById(db, viewer, ids),
    (summary) => summary.id,
  ),
);

builder.objectRef<ClaimExtraction>('ClaimExtraction').implement({
  description: 'One run of claim extraction: its root claims, each with its subclaims.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Never changes.' }),
    summary: t.field({
      type: VideoSummaryRef,
      description: 'The summary whose claims these are.',
      resolve: async (extraction, _args, context) =>
        expectVisible(await summaryById(context).load(extraction.summaryId)),
    }),
    claims: t.field({
      type: [ClaimRef],
      complexity: claimsCost,
      description: 'The root claims, in the order of the summary.',
      resolve: (extraction, _args, context) => claimTreesOf(context).load(extraction),
    }),
    totalClaims: t.exposeInt('totalClaims', {
      description: 'Number of claims, including subclaims.',
    }),
    modelUsed: t.exposeString('modelUsed', {
      nullable: true,
      description: 'The model that found them.',
    }),
  }),
});

addNode({
  name: 'Claim',
  from: sql`(claim join claim_extraction on claim_extraction.id = claim.extraction_id)`,
  id: 'claim.id',
  jobId: 'claimExtraction.jobId',
  load: async (context, { id, jobId }) => {
    const extraction = await resultsOf(claimExtraction)(context).load(jobId!);
    if (!extraction) return undefined;
    const roots = await claimTreesOf(context).load(extraction as ClaimExtraction);
    return findClaim(roots, id);
  },
});

function findClaim(claims: readonly ClaimTree[], id: string): ClaimTree | undefined {
  for (const claim of claims) {
    const found = claim.id === id ? claim : findClaim(claim.subclaims, id);
    if (found) return found;
  }
  return undefined;
}
