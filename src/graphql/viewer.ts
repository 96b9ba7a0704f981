import type { Session } from '../access/identity/session.ts';
import { ForbiddenError } from '../errors.ts';
import { builder } from './builder.ts';

const ViewerRoleRef = builder.enumType('ViewerRole', {
  description: 'What somebody may do.',
  values: {
    USER: { description: 'Sees and controls what is their own.' },
    OPERATOR: { description: 'Sees what everybody has, and controls queues.' },
  },
});

const ViewerRef = builder.objectRef<Session>('Viewer').implement({
  description: 'Who is asking. Has no id: a cache keeps it in the query.',
  fields: (t) => ({
    owner: t.string({
      description: 'The name under which jobs, videos and personas are theirs.',
      resolve: ({ viewer }) => viewer.owner,
    }),
    role: t.field({
      type: ViewerRoleRef,
      description: 'What they may do.',
      resolve: ({ viewer }) => (viewer.role === 'operator' ? 'OPERATOR' : 'USER'),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When their token ends; null if it does not.',
      resolve: ({ expiresAt }) => (expiresAt === undefined ? null : new Date(expiresAt)),
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerRef,
    description: 'Who is asking. The error FORBIDDEN for the holder of a ticket, who is nobody.',
    resolve: (_root, _args, { session }) => {
      if (session.viewer.role === 'ticket') throw new ForbiddenError('Not with a ticket.');
      return session;
    },
  }),
);
