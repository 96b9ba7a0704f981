import { GraphQLError } from 'graphql';
import { NotFoundError } from '../../errors.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { Loaders } from '../loaders.ts';
import { JobFilterRef, toFilter } from './job-filter.ts';
import { JobLogEntryRef } from './job-log.ts';
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
      const { live, viewer, resumeAfter } = context;
      const updates = await live.watchJob(viewer, id, resumeAfter ?? after ?? undefined);
      return updates ?? throwNotFound(id);
    },
    resolve: (job, _args, context) => withFreshLoaders(context, job),
  }),
);

builder.subscriptionField('jobsUpdated', (t) =>
  t.field({
    type: JobRef,
    description:
      'Every change of every job of the viewer’s that matches, new jobs too. First the matching jobs that are not final.',
    args: { filter: t.arg({ type: JobFilterRef, description: 'Which of them.' }) },
    subscribe: (_root, { filter }, { live, viewer }) => live.watchJobs(viewer, toFilter(filter)),
    resolve: (job, _args, context) => withFreshLoaders(context, job),
  }),
);

builder.subscriptionField('jobLogAdded', (t) =>
  t.field({
    type: JobLogEntryRef,
    description:
      'Every log line above `after`, in order, none skipped; ends when the job is final and all is sent.',
    args: {
      id: t.arg.id({ required: true, description: 'The job’s id.' }),
      after: t.arg.int({
        defaultValue: 0,
        description: 'The sequence of the last line that the client has.',
      }),
    },
    subscribe: async (_root, { id, after }, { live, viewer, resumeAfter }) => {
      const lines = await live.watchLogs(viewer, id, resumeAfter ?? after ?? 0);
      return lines ?? throwNotFound(id);
    },
    resolve: (line) => line,
  }),
);

function throwNotFound(id: string): never {
  const { message } = new NotFoundError('job', id);
  throw new GraphQLError(message, { extensions: { code: 'NOT_FOUND' } });
}

/** Loaders remember what they read, and every event wants to read anew. */
function withFreshLoaders<Event>(context: GraphQLContext, event: Event): Event {
  context.loaders = new Loaders(context.db, context.viewer);
  return event;
}
