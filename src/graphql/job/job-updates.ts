import type { GraphQLResolveInfo } from 'graphql';
import { toInt } from '../../platform/int.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import type { JobsEvent } from '../../live/jobs-event.ts';
import type { WatchedFields } from '../../live/subscriptions/job.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { throwNotFound } from '../visibility.ts';
import { isSelected } from '../selection.ts';
import { JobFilterRef, toFilter } from './job-filter.ts';
import { JobLogEntryRef } from './job-log.ts';
import { JobRef } from './job.ts';

/** Fields of a job that change with its place in the queue, or with what it waits for. */
const positionFields = new Set([
  'position',
  'waiting',
  'estimatedStartAt',
  'estimatedCompletionAt',
  'estimate',
]);
const reasonFields = new Set(['waiting']);

function watchedFields(info: GraphQLResolveInfo): WatchedFields {
  return {
    includePositions: isSelected(info, positionFields),
    includeReasons: isSelected(info, reasonFields),
  };
}

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
      const known = readVersion(resumeAfter) ?? (after == null ? undefined : toInt(after));
      const updates = await live.watchJob(viewer, id, known, watchedFields(info));
      return updates ?? throwNotFound('job', id);
    },
    resolve: (job, _args, context) => forEvent(context, job),
  }),
);

const JobsUpdateRef = builder.objectRef<JobsEvent>('JobsUpdate').implement({
  description: 'A change of a list of jobs. Has no id: a cache keeps its job.',
  fields: (t) => ({
    job: t.expose('job', {
      type: JobRef,
      nullable: true,
      description:
        'The job as it is now. Null in the event after the present: from here on come changes.',
    }),
    matches: t.exposeBoolean('matches', {
      description: 'False if it no longer matches the filter: take it off the list.',
    }),
    cursor: t.exposeString('cursor', {
      description: 'Pass it as `after` to go on from here. On SSE it is the event’s id.',
    }),
  }),
});

builder.subscriptionField('jobsUpdated', (t) =>
  t.field({
    type: JobsUpdateRef,
    description: [
      'First the viewer’s matching jobs that are not final, newest first, then an event without a job, then every change of a matching job, including new jobs.',
      'With `after`, first also those that have ended since, and those that no longer match: nothing that happens while a client is away is missed. A job that is not final in a client’s list, and was not sent before the event without a job, is gone.',
    ].join('\n'),
    args: {
      filter: t.arg({ type: JobFilterRef, description: 'Which jobs.' }),
      after: t.arg.string({
        description:
          'The `cursor` of the last event that the client has. One of another server or of an unknown form is the same as none.',
      }),
    },
    subscribe: async (_root, { filter, after }, context, info) => {
      const { live, viewer, resumeAfter } = context;
      return live.watchJobs(viewer, await toFilter(filter, context), {
        ...watchedFields(info),
        after: resumeAfter ?? after ?? undefined,
      });
    },
    resolve: (event, _args, context) => {
      if (event.job) forEvent(context, event.job);
      return event;
    },
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
      const lines = await live.watchLogs(viewer, id, readVersion(resumeAfter) ?? toInt(after ?? 0));
      return lines ?? throwNotFound('job', id);
    },
    resolve: (line) => line,
  }),
);

/** The number that a transport sends as the cursor; undefined if it sends none, or one of another subscription. */
export function readVersion(cursor: string | undefined): number | undefined {
  return cursor !== undefined && /^\d{1,9}$/.test(cursor) ? Number(cursor) : undefined;
}

/** Each event gets new loaders, as loaders cache what they read. A place that was read with the job is not read again. */
function forEvent(context: GraphQLContext, job: JobRow): JobRow {
  context.loaders = new Map();
  const place = context.live.placeOf(job);
  const { findPlace } = context;
  if (place !== undefined) {
    context.findPlace = async (id) => (id === job.id ? place : findPlace(id));
  }
  return job;
}
