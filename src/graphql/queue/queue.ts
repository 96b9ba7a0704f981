import { getQueueFigures } from '../../queue/figures.ts';
import type { QueueFigures, QueueState } from '../../queue/figures.ts';
import type { WorkerProcess } from '../../db/tables.ts';
import { countWorkers, listWorkers } from '../../queue/workers.ts';
import { queueName } from '../../jobs/define-job.ts';
import { jobDefinitions } from '../../subjects/index.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { assertOperator } from '../../db/viewer.ts';
import { JobTypeRef } from '../enums.ts';

/** A queue's figures. A query reads the other fields of QueueState only if they are selected. */
export type QueueShape = QueueFigures & Pick<QueueState, 'type'> & Partial<QueueState>;

const QueueCountsRef = builder.objectRef<QueueShape>('QueueCounts').implement({
  description: 'The number of jobs of a queue, by state. Has no id: a cache keeps it in its queue.',
  fields: (t) => ({
    queued: t.exposeInt('queued', { description: 'Waiting for a worker.' }),
    delayed: t.exposeInt('delayed', { description: 'Waiting until a given time.' }),
    active: t.exposeInt('active', { description: 'Running.' }),
    completed: t.exposeInt('completed', { description: 'Completed, ever.' }),
    failed: t.exposeInt('failed', { description: 'Failed, ever.' }),
  }),
});

const QueueWorkerRef = builder.objectRef<WorkerProcess>('QueueWorker').implement({
  description:
    'A worker process that runs a queue’s jobs. Has no id: a cache keeps it in its queue.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, as in `attempts`.' }),
    host: t.exposeString('host', { description: 'The machine that it runs on.' }),
    concurrency: t.exposeInt('concurrency', {
      description: 'Maximum number of jobs that it runs at once.',
    }),
    busy: t.exposeInt('busy', {
      description: 'Number of jobs that it is running; up to ten seconds old.',
    }),
    since: t.expose('startedAt', { type: 'DateTime', description: 'When it started.' }),
  }),
});

export const QueueRef = builder.objectRef<QueueShape>('Queue').implement({
  description: 'The queue of one type of job, with its figures.',
  fields: (t) => ({
    id: t.id({
      description: 'Its name, such as `video-summarization`; for caches: `node` does not find it.',
      resolve: (queue) => queueName(queue),
    }),
    type: t.field({
      type: JobTypeRef,
      description: 'The type of its jobs.',
      resolve: ({ type }) => type,
    }),
    counts: t.field({
      type: QueueCountsRef,
      description: 'The number of its jobs, by state.',
      resolve: (queue) => queue,
    }),
    workers: t.int({
      description: 'Number of worker processes that run its jobs.',
      resolve: async ({ type, workers }, _args, { db }) =>
        workers ?? (await countWorkers(db, queueName({ type }))).workers,
    }),
    capacity: t.int({
      description: 'Number of jobs that these can run at once.',
      resolve: async ({ type, capacity }, _args, { db }) =>
        capacity ?? (await countWorkers(db, queueName({ type }))).capacity,
    }),
    ratePerMinute: t.int({
      nullable: true,
      description: 'Maximum number of its jobs that start in a minute; null without a limit.',
      resolve: ({ type }, _args, { settings }) => settings(type).ratePerMinute,
    }),
    workersDetail: t.field({
      type: [QueueWorkerRef],
      nullable: true,
      description:
        'These worker processes, one by one; null, with the error FORBIDDEN, unless the viewer is an operator.',
      resolve: ({ type }, _args, context) => {
        assertOperator(context.viewer);
        return listWorkers(context.db, queueName({ type }));
      },
    }),
    oldestQueuedAgeMs: t.exposeInt('oldestQueuedAgeMs', {
      nullable: true,
      description: 'How long the oldest waiting job has been waiting.',
    }),
    averageDurationMs: t.exposeInt('averageDurationMs', {
      nullable: true,
      description: 'Mean run time of the jobs that completed in the last hour.',
    }),
    completedPerMinute: t.exposeFloat('completedPerMinute', {
      description: 'Jobs that completed per minute, on average over the last ten minutes.',
    }),
    failureRate: t.exposeFloat('failureRate', {
      description: 'Share of failed jobs among those that ended in the last hour, 0 to 1.',
    }),
  }),
});

export async function readQueue(type: string, { db }: GraphQLContext): Promise<QueueShape> {
  return { type, ...(await getQueueFigures(db, type)) };
}

builder.queryField('queue', (t) =>
  t.field({
    type: QueueRef,
    description: 'The queue of one type of job.',
    args: { type: t.arg({ type: JobTypeRef, required: true, description: 'Which type.' }) },
    resolve: (_root, { type }, context) => readQueue(type, context),
  }),
);

builder.queryField('queues', (t) =>
  t.field({
    type: [QueueRef],
    complexity: { multiplier: 3 },
    description: 'All queues.',
    resolve: (_root, _args, context) =>
      Promise.all(jobDefinitions.map(({ type }) => readQueue(type, context))),
  }),
);

builder.subscriptionField('queueUpdated', (t) =>
  t.field({
    type: QueueRef,
    description: 'The queue’s figures now, then whenever they change, at most once a second.',
    args: { type: t.arg({ type: JobTypeRef, required: true, description: 'Which type.' }) },
    subscribe: (_root, { type }, { live }) => live.watchQueue(type),
    resolve: (queue) => queue,
  }),
);

builder.subscriptionField('queuesUpdated', (t) =>
  t.field({
    type: [QueueRef],
    description:
      'The figures of all queues now, then whenever those of one change, at most once a second.',
    subscribe: (_root, _args, { live }) => live.watchQueues(),
    resolve: (queues) => queues,
  }),
);
