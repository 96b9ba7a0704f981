import { builder } from '../../../graphql/builder.ts';
import { ClaimRef } from '../claim-type.ts';
import { findClaimOf } from './load-sources.ts';
import { maxMoments } from './moment.ts';
import type { Moment } from './moment.ts';

/** What the share of a claim costs in reading and searching what is said in a video. */
const momentsCost = { field: 5, multiplier: maxMoments };

const ClaimMomentRef = builder.objectRef<Moment>('ClaimMoment').implement({
  description: 'A part of a video. Has no id: a cache keeps it in its claim.',
  fields: (t) => ({
    start: t.exposeFloat('start', {
      description: 'When it begins, in seconds from the start of the video.',
    }),
    end: t.exposeFloat('end', {
      description: 'When it ends; the same as `start` if only a picture tells.',
    }),
    confidence: t.exposeFloat('confidence', {
      description:
        'How likely the claim is made there, from 0 to 1; 1 if it is said there word for word.',
    }),
  }),
});

builder.objectField(ClaimRef, 'moments', (t) =>
  t.field({
    type: [ClaimMomentRef],
    complexity: momentsCost,
    description: [
      `Where in the video it is said, the most likely first; at most ${maxMoments}. Empty where that cannot be told.`,
      'Found in the transcript and the key frames of its summary: word for word, or by most of its words. Times within a segment are estimated, as if its words followed one another evenly.',
    ].join('\n'),
    resolve: async (claim, _args, context) => {
      const find = await findClaimOf(context).load(claim.extractionId);
      return find(claim);
    },
  }),
);
