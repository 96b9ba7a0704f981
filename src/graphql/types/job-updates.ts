import { GraphQLError } from 'graphql';
import { NotFoundError } from '../../errors.ts';
import { builder } from '../builder.ts';
import { createLoaders } from '../loaders.ts';
import { watchJob } from '../watch-job.ts';
import { JobRef } from './job.ts';

builder.subscriptionField('jobUpdated', (t) =>
  t.field({
    type: JobRef,
    description: [
      'The job as it is now, then every newer version of it, in order, each at most once; ends by itself with the final one.',
      'With `after`, only versions above it. Versions may be skipped (the newest wins), the final one never.',
    ].join('\n'),
    args: {
      id: t.arg.id({ required: true, description: 'The job’s id.' }),
      after: t.arg.int({ description: 'The version that the client has.' }),
    },
    subscribe: async (_root, { id, after }, context) => {
      const updates = await watchJob(context, id, after ?? undefined);
      if (updates) return updates;
      const { message } = new NotFoundError('job', id);
      throw new GraphQLError(message, { extensions: { code: 'NOT_FOUND' } });
    },
    resolve: (job, _args, context) => {
      // Loaders remember what they read, and every event wants to read anew.
      context.loaders = createLoaders(context.db);
      return job;
    },
  }),
);
