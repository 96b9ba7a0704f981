import DataLoader from 'dataloader';
import { chunkBySize } from '../../platform/chunk-by-size.ts';
import { listClaimTrees } from './queries.ts';
import type { ClaimExtraction, ClaimTree } from './queries.ts';
import { builder } from '../../graphql/builder.ts';
import { defineLoader } from '../../graphql/loaders.ts';
import { NodeRef } from '../../graphql/node/node-ref.ts';
import { maxRows, readInChunks } from '../../graphql/batch-loaders.ts';

/** Of a list of root claims: as many as extraction makes, by default. */
export const claimsCost = { multiplier: 50 };

export const ClaimRef = builder.objectRef<ClaimTree>('Claim');

ClaimRef.implement({
  description: 'A statement that a summary makes.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Never changes.' }),
    text: t.exposeString('text', { description: 'The claim.' }),
    confidence: t.exposeFloat('confidence', {
      description: 'How sure the model service is, from 0 to 1.',
    }),
    claimType: t.exposeString('claimType', {
      nullable: true,
      description: 'Its kind, as the model service names it.',
    }),
    sentenceIndex: t.exposeInt('sentenceIndex', {
      nullable: true,
      description: 'The sentence of the summary that contains it, counted from 0.',
    }),
    charStart: t.exposeInt('charStart', {
      nullable: true,
      description: 'Where it starts in the summary’s text, in UTF-16 units, counted from 0.',
    }),
    charEnd: t.exposeInt('charEnd', { nullable: true, description: 'Where it ends, exclusive.' }),
    subclaims: t.field({
      type: [ClaimRef],
      // A tree of claims has no more of them, however deep it is.
      complexity: { multiplier: 1 },
      description: 'The claims that it consists of, in order.',
      resolve: (claim) => claim.subclaims,
    }),
  }),
});

/** The root claims of an extraction. */
export const claimTreesOf = defineLoader(
  (db) =>
    new DataLoader(
      async (keys: readonly Pick<ClaimExtraction, 'id' | 'totalClaims'>[]) => {
        const pieces = chunkBySize(keys, ({ totalClaims }) => totalClaims, maxRows);
        const trees = readInChunks(pieces, async (piece) => {
          const ids = piece.map(({ id }) => id);
          const found = await listClaimTrees(db, ids);
          return ({ id }) => found.get(id) ?? [];
        });
        return keys.map((key) => trees.get(key)!);
      },
      { cacheKeyFn: ({ id }) => id },
    ),
);
