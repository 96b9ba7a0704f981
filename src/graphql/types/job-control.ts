import { cancelJob, retryJob } from '../../db/job-control.ts';
import type { CancelOutcome } from '../../db/job-control.ts';
import type { JobRow } from '../../db/job-row.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import { cancelChannel } from '../../pubsub/broker.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { announce, handOver } from '../hand-over.ts';
import { JobRef } from './job.ts';

const CancelOutcomeRef = builder.enumType('CancelOutcome', {
  description: 'CANCELED: it had not begun. REQUESTED: its worker has been told to stop.',
  values: {
    CANCELED: { description: 'It had not begun, and will not.' },
    REQUESTED: {
      description: 'Its worker has been told to stop; the job’s next versions say how it went.',
    },
    ALREADY_FINISHED: { description: 'It was final before.' },
  },
});

const CancelJobPayloadRef = builder
  .objectRef<{ outcome: CancelOutcome; job: JobRow }>('CancelJobPayload')
  .implement({
    description: 'What came of calling a job off.',
    fields: (t) => ({
      outcome: t.expose('outcome', { type: CancelOutcomeRef, description: 'How far it got.' }),
      job: t.expose('job', { type: JobRef, description: 'The job, as it is now.' }),
    }),
  });

builder.mutationField('cancelJob', (t) =>
  t.field({
    type: CancelJobPayloadRef,
    description: 'Calls a job off, whichever process runs it.',
    errors: {
      types: [NotFoundError],
      directResult: true,
      union: {
        name: 'CancelJobResult',
        description: 'How far it got, or that there is no such job.',
      },
    },
    args: { id: t.arg.id({ required: true, description: 'The job’s id.' }) },
    resolve: async (_root, { id }, context) => {
      const { outcome, job, changed } = await cancelJob(context.db, context.viewer.owner, id);
      if (changed.length > 0) await tellWorkers(context, outcome, job);
      return { outcome, job };
    },
  }),
);

/** The row has decided already; what follows is a hint to whoever has the job. */
async function tellWorkers(
  context: GraphQLContext,
  outcome: CancelOutcome,
  job: JobRow,
): Promise<void> {
  const { broker, queues, logger } = context;
  if (outcome === 'REQUESTED') {
    await broker
      .publish(cancelChannel, job)
      .catch((error: unknown) =>
        logger.warn({ err: error, jobId: job.id }, 'cancel hint not sent'),
      );
  }
  await announce(context, [job]);
  if (outcome === 'CANCELED') await queues.withdraw(job);
}

const RetryJobPayloadRef = builder.objectRef<{ job: JobRow }>('RetryJobPayload').implement({
  description: 'The job that starts over.',
  fields: (t) => ({
    job: t.expose('job', { type: JobRef, description: 'The job, QUEUED again.' }),
  }),
});

builder.mutationField('retryJob', (t) =>
  t.field({
    type: RetryJobPayloadRef,
    description: [
      'Starts a job over that is FAILED, CANCELED or EXPIRED: the same job, with new attempts.',
      'In a pipeline, what was called off because of it starts over as well.',
    ].join(' '),
    errors: {
      types: [NotFoundError, ConflictError],
      directResult: true,
      union: { name: 'RetryJobResult', description: 'The job, or why it cannot start over.' },
    },
    args: { id: t.arg.id({ required: true, description: 'The job’s id.' }) },
    resolve: async (_root, { id }, context) => {
      const { db, viewer, settings } = context;
      const { job, changed } = await retryJob(
        db,
        viewer.owner,
        id,
        (type) => settings(type).attempts,
      );
      await handOver(context, changed);
      return { job };
    },
  }),
);
