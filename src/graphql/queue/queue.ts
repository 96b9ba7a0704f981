import { isQueuePaused } from '../../queue/queue-pauses.ts';
import { getQueueFigures } from '../../queue/queue-figures.ts';
import type { QueueFigures, QueueState } from '../../queue/queue-figures.ts';
import type { WorkerProcess } from '../../db/tables.ts';
import { countWorkers, listWorkers } from '../../queue/workers.ts';
import { queueName } from '../../jobs/define-job.ts';
import { jobDefinitions } from '../../subjects/index.ts';
import { builder } from '../builder.ts';
import { typicalListSizes } from '../policy/list-costs.ts';
import type { GraphQLContext } from '../context.ts';
import { expectOperator } from '../expect-operator.ts';
import { JobTypeRef } from '../enums.ts';

/** A queue's figures, read once when the queue is asked for; what the broker is asked for too, only if it is wanted. */
type QueueShape = QueueFigures & Pick<QueueState, 'type'> & Partial<QueueState>;

const QueueCountsRef = builder.objectRef<QueueShape>('QueueCounts').implement({
  description: 'Jobs of a queue, by state.',
  fields: (t) => ({
    queued: t.exposeInt('queued', { description: 'Waiting for a worker.' }),
    delayed: t.exposeInt('delayed', { description: 'Waiting for their time.' }),
    active: t.exposeInt('active', { description: 'Being worked on.' }),
    completed: t.exposeInt('completed', { description: 'Done, ever.' }),
    failed: t.exposeInt('failed', { description: 'Given up, ever.' }),
  }),
});

const QueueWorkerRef = builder.objectRef<WorkerProcess>('QueueWorker').implement({
  description: 'A worker process that takes a queue’s jobs.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What `attempts` calls it.' }),
    host: t.exposeString('host', { description: 'The machine that it runs on.' }),
    concurrency: t.exposeInt('concurrency', { description: 'Jobs that it runs at once, at most.' }),
    busy: t.exposeInt('busy', { description: 'Jobs that it runs, as of ten seconds ago or less.' }),
    since: t.expose('startedAt', { type: 'DateTime', description: 'When it began.' }),
  }),
});

export const QueueRef = builder.objectRef<QueueShape>('Queue').implement({
  description: 'How the jobs of one type are getting on.',
  fields: (t) => ({
    type: t.field({ type: JobTypeRef, description: 'Of which jobs.', resolve: ({ type }) => type }),
    paused: t.boolean({
      description: 'Whether an operator has stopped it: jobs are accepted, and wait.',
      resolve: ({ type, paused }, _args, { db }) => paused ?? isQueuePaused(db, type),
    }),
    counts: t.field({
      type: QueueCountsRef,
      description: 'Its jobs, by state.',
      resolve: (queue) => queue,
    }),
    workers: t.int({
      description: 'Worker processes that take its jobs.',
      resolve: ({ type, workers }, _args, { db }) =>
        workers ?? countWorkers(db, queueName({ type })),
    }),
    workersDetail: t.field({
      type: [QueueWorkerRef],
      nullable: true,
      description:
        'These worker processes, one by one; null, with the error FORBIDDEN, for who is no operator.',
      resolve: ({ type }, _args, context) => {
        expectOperator(context);
        return listWorkers(context.db, queueName({ type }));
      },
    }),
    oldestQueuedAgeMs: t.exposeInt('oldestQueuedAgeMs', {
      nullable: true,
      description: 'How long the oldest waiting job has been waiting.',
    }),
    averageDurationMs: t.exposeInt('averageDurationMs', {
      nullable: true,
      description: 'Mean run time of what completed in the last hour.',
    }),
    completedPerMinute: t.exposeFloat('completedPerMinute', {
      description: 'Mean of the last ten minutes.',
    }),
    failureRate: t.exposeFloat('failureRate', {
      description: 'Share of failures among what ended in the last hour, 0 to 1.',
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
    complexity: typicalListSizes.queues,
    description: 'Every queue there is.',
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
