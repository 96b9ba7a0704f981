import type { ClaimExtraction } from './queries.ts';
import { builder } from '../../graphql/builder.ts';
import { typicalListSizes } from '../../graphql/policy/list-costs.ts';
import { expectSeen } from '../../graphql/expect-seen.ts';
import { ClaimRef } from './claim-type.ts';
import { VideoSummaryRef } from '../summary/graphql.ts';

builder.objectRef<ClaimExtraction>('ClaimExtraction').implement({
  description: 'One run of claim extraction: its root claims, each with its subclaims.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Never changes.' }),
    summary: t.field({
      type: VideoSummaryRef,
      description: 'The summary whose claims these are.',
      resolve: async (extraction, _args, { loaders }) =>
        expectSeen(await loaders.summaries.load(extraction.summaryId)),
    }),
    claims: t.field({
      type: [ClaimRef],
      complexity: typicalListSizes.claims,
      description: 'The root claims, in the order of the summary.',
      resolve: (extraction, _args, { loaders }) => loaders.claimTrees.load(extraction),
    }),
    totalClaims: t.exposeInt('totalClaims', { description: 'Claims in all, subclaims included.' }),
    modelUsed: t.exposeString('modelUsed', {
      nullable: true,
      description: 'The model that found them.',
    }),
  }),
});
