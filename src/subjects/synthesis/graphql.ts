import { glossText } from '../summary/queries.ts';
import {
  findClaimSynthesis,
  largeSynthesisColumns,
  listSourceSummaries,
  maxSources,
} from './queries.ts';
import { ClaimConflictRef } from './conflict-type.ts';
import type { ClaimSynthesis } from './queries.ts';
import { maxConflicts } from './wire.ts';
import { builder } from '../../graphql/builder.ts';
import { defineLoader } from '../../graphql/loaders.ts';
import { NodeRef } from '../../graphql/node/node-ref.ts';
import { createLargeLoader, listsByKey } from '../../graphql/batch-loaders.ts';
import { choiceRefs } from '../../graphql/enums.ts';
import { textCosts, VideoSummaryRef } from '../summary/graphql.ts';

/** What a synthesis was made of, by its id. */
const sourceSummariesOf = defineLoader((db, viewer) =>
  listsByKey({
    list: (ids: readonly string[]) => listSourceSummaries(db, viewer, ids),
    nameOf: (id) => id,
    keyOf: ({ synthesisId }) => synthesisId,
    maxLength: maxSources,
  }),
);
const largeColumnOf = defineLoader((db) => createLargeLoader(db, largeSynthesisColumns));

const ClaimSynthesisRef = builder.objectRef<ClaimSynthesis>('ClaimSynthesis').implement({
  description: 'One text made of the claims of several summaries.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Never changes.' }),
    summaries: t.field({
      type: [VideoSummaryRef],
      complexity: { multiplier: 10 },
      description: 'The summaries whose claims were used, in the order given.',
      resolve: ({ id }, _args, context) => sourceSummariesOf(context).load(id),
    }),
    text: t.string({
      complexity: textCosts.text,
      description: 'The synthesis.',
      resolve: async ({ id }, _args, context) => {
        const { gloss = [] } = await largeColumnOf(context).load({ id, column: 'gloss' });
        return glossText(gloss);
      },
    }),
    strategy: t.field({
      type: choiceRefs.get('SynthesisStrategy')!,
      description: 'How the text is arranged.',
      resolve: (synthesis) => synthesis.strategy,
    }),
    claimsUsed: t.exposeInt('claimsUsed', { description: 'Number of claims that were used.' }),
    conflictsDetected: t.int({
      description:
        'Pairs of claims that contradict each other; also 0 if the model service cannot tell. `conflictCount` is null then.',
      resolve: ({ conflictsDetected }) => conflictsDetected ?? 0,
    }),
    conflictCount: t.exposeInt('conflictsDetected', {
      nullable: true,
      description:
        'Pairs of claims that contradict each other; null if the model service cannot tell, as FOVEA’s own cannot.',
    }),
    conflicts: t.field({
      type: [ClaimConflictRef],
      complexity: { multiplier: 10 },
      description: `The contradictions that the model service has named, ${maxConflicts} at most; fewer than \`conflictCount\` if it only counts them.`,
      resolve: async ({ id }, _args, context) =>
        (await largeColumnOf(context).load({ id, column: 'conflicts' })).conflicts ?? [],
    }),
    modelUsed: t.exposeString('modelUsed', {
      nullable: true,
      description: 'The model that wrote it.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was saved.' }),
  }),
});

builder.queryField('claimSynthesis', (t) =>
  t.field({
    type: ClaimSynthesisRef,
    nullable: true,
    description: 'One synthesis; null if it does not exist or is not the viewer’s.',
    args: { id: t.arg.id({ required: true, description: 'The synthesis’ id.' }) },
    resolve: (_root, { id }, { db, viewer }) => findClaimSynthesis(db, viewer, id),
  }),
);
