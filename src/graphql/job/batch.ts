import { batchRows, listVisibleBatches } from '../../jobs/batches/find.ts';
import { batchStates } from '../../jobs/batches/table.ts';
import type { BatchRow, BatchState } from '../../jobs/batches/table.ts';
import type { JobFilter } from '../../jobs/rows/filter.ts';
import { jobStates } from '../../jobs/rows/row.ts';
import type { JobState } from '../../jobs/rows/row.ts';
import { toInt } from '../../platform/int.ts';
import { byKey } from '../batch-loaders.ts';
import { builder } from '../builder.ts';
import { describeValues, JobStateRef } from '../enums.ts';
import { defineLoader } from '../loaders.ts';
import { addNode, NodeRef, tableOf } from '../node/node-ref.ts';
import { pageSizes } from '../paging.ts';
import { listCost } from '../policy/list-costs.ts';
import { throwNotFound } from '../visibility.ts';
import { JobConnectionRef, resolveJobs } from './job-connection.ts';
import { JobFilterRef, toFilter } from './job-filter.ts';
import { readVersion } from './job-updates.ts';
import { JobRef } from './job.ts';

/** A page of the jobs of one batch costs a statement of its own, beside its items. */
const jobsCost = listCost({ ...pageSizes, field: 20 });

const BatchStateRef = builder.enumType('BatchState', {
  description: 'The state of a batch. All but RUNNING are final, until one of its jobs is retried.',
  values: describeValues<BatchState>(batchStates, {
    RUNNING: 'Not all of its jobs are final.',
    COMPLETED: 'All of its jobs have completed.',
    PARTIAL: 'It has ended, and some of its jobs have failed, expired or been canceled.',
    FAILED: 'All of its jobs have failed.',
    CANCELED: 'All of its jobs were canceled.',
  }),
});

const JobStateCountRef = builder
  .objectRef<{ state: JobState; count: number }>('JobStateCount')
  .implement({
    description: 'How many jobs are in one state. Has no id: a cache keeps it in its batch.',
    fields: (t) => ({
      state: t.expose('state', { type: JobStateRef, description: 'The state.' }),
      count: t.exposeInt('count', { description: 'How many; always more than 0.' }),
    }),
  });

export const BatchRef = builder.objectRef<BatchRow>('Batch').implement({
  description:
    'Jobs that were started by one call. What it says of them is up to a second old; each job itself is exact.',
  interfaces: [NodeRef],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Never changes.' }),
    name: t.exposeString('name', { nullable: true, description: 'What its owner calls it.' }),
    state: t.expose('state', { type: BatchStateRef, description: 'Its state.' }),
    version: t.exposeInt('version', {
      description: 'Grows whenever the state, the progress or the counts change.',
    }),
    progress: t.exposeInt('progress', {
      description: 'Mean of its jobs’ progress, 0 to 100, rounded down.',
    }),
    counts: t.field({
      type: [JobStateCountRef],
      complexity: { multiplier: jobStates.length },
      description:
        'How many of its jobs are in which state, where there are any. Every job of a pipeline counts.',
      resolve: ({ counts }) =>
        jobStates.flatMap((state) => (counts[state] ? { state, count: counts[state] } : [])),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was accepted.' }),
    completedAt: t.expose('completedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last of its jobs became final; null while it is RUNNING.',
    }),
    jobs: t.connection(
      {
        type: JobRef,
        description: 'Its jobs, newest first: in the reverse order of the input.',
        complexity: jobsCost,
        args: { filter: t.arg({ type: JobFilterRef, description: 'Which of them.' }) },
        resolve: async (batch, args, context) =>
          resolveJobs(args, ofBatch(batch, await toFilter(args.filter, context)), context),
      },
      JobConnectionRef,
    ),
  }),
});

function ofBatch({ id }: BatchRow, filter: JobFilter): JobFilter {
  const isOther = filter.batchId !== undefined && filter.batchId !== id;
  return { ...filter, batchId: id, ...(isOther ? { ids: [] } : {}) };
}

const batchById = defineLoader((db, viewer) =>
  byKey(
    (ids) => listVisibleBatches(db, viewer, ids),
    ({ id }) => id,
  ),
);

addNode({
  name: 'Batch',
  ...tableOf('batch'),
  load: (context, { id }) => batchById(context).load(id),
});

builder.interfaceField(JobRef, 'batch', (t) =>
  t.field({
    type: BatchRef,
    nullable: true,
    description: 'The batch that it was started in.',
    resolve: ({ batchId }, _args, context) => (batchId ? batchById(context).load(batchId) : null),
  }),
);

builder.queryField('batch', (t) =>
  t.field({
    type: BatchRef,
    nullable: true,
    description: 'One batch; null if it does not exist or is not the viewer’s.',
    args: { id: t.arg.id({ required: true, description: 'The batch’s id.' }) },
    resolve: (_root, { id }, { readers, viewer }) => readers.find(batchRows, viewer, id),
  }),
);

builder.subscriptionField('batchUpdated', (t) =>
  t.field({
    type: BatchRef,
    description: [
      'The batch as it is now, then its newer versions, in order, each at most once. Ends by itself once all of its jobs are final.',
      'With `after`, only versions above it. Versions may be skipped, as the newest wins, but never the last one.',
      'The error NOT_FOUND if the batch does not exist or is not the viewer’s.',
    ].join('\n'),
    args: {
      id: t.arg.id({ required: true, description: 'The batch’s id.' }),
      after: t.arg.int({ description: 'The version that the client has.' }),
    },
    subscribe: async (_root, { id, after }, { live, viewer, resumeAfter }) => {
      const known = readVersion(resumeAfter) ?? (after == null ? undefined : toInt(after));
      return (await live.watchBatch(viewer, id, known)) ?? throwNotFound('batch', id);
    },
    resolve: (batch, _args, context) => {
      // Loaders cache what they read, and each event must show what is there now.
      context.loaders = new Map();
      return batch;
    },
  }),
);
