import type { CancelOutcome } from '../../jobs/job-control.ts';
import type { JobRow } from '../../jobs/job-row.ts';
import { ConflictError, NotFoundError, RateLimitedError } from '../../errors.ts';
import { builder } from '../builder.ts';
import { cancel, retry } from './control-job.ts';
import { JobRef } from './job.ts';
import { payload } from '../payload.ts';

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
    errors: payload('CancelJobResult', 'How far it got, or that there is no such job.', [
      NotFoundError,
    ]),
    args: { id: t.arg.id({ required: true, description: 'The job’s id.' }) },
    resolve: (_root, { id }, context) => cancel(context, id),
  }),
);

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
    errors: payload('RetryJobResult', 'The job, or why it cannot start over.', [
      NotFoundError,
      ConflictError,
      RateLimitedError,
    ]),
    args: { id: t.arg.id({ required: true, description: 'The job’s id.' }) },
    resolve: async (_root, { id }, context) => ({ job: await retry(context, id) }),
  }),
);
