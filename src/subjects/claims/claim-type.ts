import type { ClaimTree } from './queries.ts';
import { builder } from '../../graphql/builder.ts';
import { typicalListSizes } from '../../graphql/policy/list-costs.ts';

export const ClaimRef = builder.objectRef<ClaimTree>('Claim');

ClaimRef.implement({
  description: 'Something that a summary says is so.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Never changes.' }),
    text: t.exposeString('text', { description: 'The claim.' }),
    confidence: t.exposeFloat('confidence', {
      description: 'How sure the model service is, from 0 to 1.',
    }),
    claimType: t.exposeString('claimType', {
      nullable: true,
      description: 'Of which kind it is, in the model service’s words.',
    }),
    sentenceIndex: t.exposeInt('sentenceIndex', {
      nullable: true,
      description: 'The sentence of the summary that it stands in, counted from 0.',
    }),
    charStart: t.exposeInt('charStart', {
      nullable: true,
      description: 'Where it begins in the summary’s text, in UTF-16 units; 0 is the first.',
    }),
    charEnd: t.exposeInt('charEnd', { nullable: true, description: 'Where it ends, exclusive.' }),
    subclaims: t.field({
      type: [ClaimRef],
      complexity: typicalListSizes.subclaims,
      description: 'The claims that it is made of, in order.',
      resolve: (claim) => claim.subclaims,
    }),
  }),
});
