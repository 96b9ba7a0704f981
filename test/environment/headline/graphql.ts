import { builder } from '../../../src/graphql/builder.ts';
import { NodeRef } from '../../../src/graphql/node/node-ref.ts';
import { findHeadline } from './queries.ts';
import type { Headline } from './queries.ts';

const HeadlineRef = builder.objectRef<Headline>('Headline').implement({
  description: 'A video in one line.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Never changes.' }),
    text: t.exposeString('text', { description: 'The line.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was saved.' }),
  }),
});

builder.queryField('headline', (t) =>
  t.field({
    type: HeadlineRef,
    nullable: true,
    description: 'One headline; null if it does not exist or is not the viewer’s.',
    args: { id: t.arg.id({ required: true, description: 'The headline’s id.' }) },
    resolve: (_root, { id }, { db, viewer }) => findHeadline(db, viewer, id),
  }),
);
