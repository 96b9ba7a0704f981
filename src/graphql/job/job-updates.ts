import { toInt } from '../../platform/int.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { throwNotFound } from '../visibility.ts';
import { isSelected } from '../selection.ts';
import { JobFilterRef, toFilter } from './job-filter.ts';
import { JobLogEntryRef } from './job-log.ts';
import { JobRef } from './job.ts';

/** Fields of a job that change with its position in the queue. */
const positionFields = new Set(['position', 'estimatedStartAt', 'estimatedCompletionAt']);

builder.subscriptionField('jobUpdated', (t) =>
  t.field({
    type: JobRef,
    description: [
      'The job as it is now, then its newer versions, in order, each at most once. Ends by itself with the final version.',
      'With `after`, only versions above it. Versions may be skipped, as the newest wins, but never the final one.',
      'The error NOT_FOUND if the job does not exist or is not the viewer’s.',
    ].join('\n'),
    args: {
      id: t.arg.id({ required: true, description: 'The job’s id.' }),
      after: t.arg.int({ description: 'The version that the client has.' }),
    },
    subscribe: async (_root, { id, after }, context, info) => {
      const { live, viewer, resumeAfter } = context;
      const known = resumeAfter ?? (after == null ? undefined : toInt(after));
      const updates = await live.watchJob(viewer, id, known, isSelected(info, positionFields));
      return updates ?? throwNotFound('job', id);
    },
    resolve: (job, _args, context) => forEvent(context, job),
  }),
);

builder.subscriptionField('jobsUpdated', (t) =>
  t.field({
    type: JobRef,
    description:
      'First the viewer’s matching jobs that are not final, then every change of a matching job, including new jobs.',
    args: { filter: t.arg({ type: JobFilterRef, description: 'Which jobs.' }) },
    subscribe: (_root, { filter }, { live, viewer }, info) =>
      live.watchJobs(viewer, toFilter(filter), isSelected(info, positionFields)),
    resolve: (job, _args, context) => forEvent(context, job),
  }),
);

builder.subscriptionField('jobLogAdded', (t) =>
  t.field({
    type: JobLogEntryRef,
    description:
      'Every log line above `after`, in order, without gaps. Ends when the job is final and all lines are sent.',
    args: {
      id: t.arg.id({ required: true, description: 'The job’s id.' }),
      after: t.arg.int({
        defaultValue: 0,
        description: 'The sequence of the last line that the client has.',
      }),
    },
    subscribe: async (_root, { id, after }, { live, viewer, resumeAfter }) => {
      const lines = await live.watchLogs(viewer, id, resumeAfter ?? toInt(after ?? 0));
      return lines ?? throwNotFound('job', id);
    },
    resolve: (line) => line,
  }),
);

/** Each event gets new loaders, as loaders cache what they read. A position that was read with the job is not read again. */
function forEvent(context: GraphQLContext, job: JobRow): JobRow {
  context.loaders = new Map();
  const position = context.live.positionOf(job);
  const { findPosition } = context;
  if (position !== undefined) {
    context.findPosition = async (id) => (id === job.id ? position : findPosition(id));
  }
  return job;
}
