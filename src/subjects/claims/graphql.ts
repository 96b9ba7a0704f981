import type { ClaimExtraction } from './queries.ts';
import { builder } from '../../graphql/builder.ts';
import { defineLoader } from '../../graphql/loaders.ts';
import { byKey } from '../../graphql/batch-loaders.ts';
import { expectVisible } from '../../graphql/visibility.ts';
import { listVideoSummariesById } from '../summary/queries.ts';
import { ClaimRef, claimsCost, claimTreesOf } from './claim-type.ts';
import { VideoSummaryRef } from '../summary/graphql.ts';

const summaryById = defineLoader((db, viewer) =>
  byKey(
    (ids) => listVideoSummariesById(db, viewer, ids),
    (summary) => summary.id,
  ),
);

builder.objectRef<ClaimExtraction>('ClaimExtraction').implement({
  description: 'One run of claim extraction: its root claims, each with its subclaims.',
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
