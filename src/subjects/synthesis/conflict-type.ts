import { builder } from '../../graphql/builder.ts';
import type { ClaimConflict, ConflictingClaim } from './table.ts';

const ConflictingClaimRef = builder.objectRef<ConflictingClaim>('ConflictingClaim').implement({
  description:
    'A claim of a conflict, as it was when it was synthesized. Has no id: a cache keeps it in its conflict.',
  fields: (t) => ({
    claimId: t.exposeID('claimId', {
      description: 'The claim. `node` has it until it is deleted.',
    }),
    text: t.exposeString('text', { description: 'What is claimed.' }),
  }),
});

export const ClaimConflictRef = builder.objectRef<ClaimConflict>('ClaimConflict').implement({
  description:
    'Two claims that contradict each other. Has no id: a cache keeps it in its synthesis.',
  fields: (t) => ({
    claims: t.field({
      type: [ConflictingClaimRef],
      complexity: { multiplier: 2 },
      description: 'Both of them.',
      resolve: ({ claims }) => claims,
    }),
    reason: t.exposeString('reason', { description: 'Why, in words of the model service.' }),
  }),
});
