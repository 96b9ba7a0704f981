import type { CancelOutcome } from '../../jobs/rows/control.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { setJobPriority } from '../../jobs/rows/control.ts';
import { ConflictError, NotFoundError, RateLimitedError, ValidationError } from '../../errors.ts';
import type { ValidationIssue } from '../../errors.ts';
import { builder } from '../builder.ts';
import { cancel, retry } from './control-job.ts';
import { JobPriorityRef } from '../enums.ts';
import { checkPriority } from './job-options.ts';
import { publishJobs } from './publish-jobs.ts';
import { JobRef } from './job.ts';
import { payload } from '../errors.ts';

const CancelOutcomeRef = builder.enumType('CancelOutcome', {
  description: 'What happened to a job that was to be canceled.',
  values: {
    CANCELED: { description: 'It had not started, and will not.' },
    REQUESTED: {
      description: 'Its worker has been told to stop. The job’s next versions show the outcome.',
    },
    ALREADY_FINISHED: { description: 'It was already final.' },
  },
});

const CancelJobPayloadRef = builder
  .objectRef<{ outcome: CancelOutcome; job: JobRow }>('CancelJobPayload')
  .implement({
    description: 'The outcome of canceling a job.',
    fields: (t) => ({
      outcome: t.expose('outcome', {
        type: CancelOutcomeRef,
        description: 'What happened to the job.',
      }),
      job: t.expose('job', { type: JobRef, description: 'The job, as it is now.' }),
    }),
  });

builder.mutationField('cancelJob', (t) =>
  t.field({
    type: CancelJobPayloadRef,
    description: 'Cancels a job, whichever process runs it.',
    errors: payload('CancelJobResult', 'The outcome, or that there is no such job.', [
      NotFoundError,
    ]),
    args: { id: t.arg.id({ required: true, description: 'The job’s id.' }) },
    resolve: (_root, { id }, context) => cancel(context, id),
  }),
);

const RetryJobPayloadRef = builder.objectRef<{ job: JobRow }>('RetryJobPayload').implement({
  description: 'The job that was restarted.',
  fields: (t) => ({
    job: t.expose('job', { type: JobRef, description: 'The job, QUEUED again.' }),
  }),
});

builder.mutationField('retryJob', (t) =>
  t.field({
    type: RetryJobPayloadRef,
    description: [
      'Restarts a job that is FAILED, CANCELED or EXPIRED. It is the same job, with new attempts.',
      'In a pipeline, the jobs that were canceled because of it are restarted too.',
    ].join(' '),
    errors: payload('RetryJobResult', 'The job, or why it cannot be restarted.', [
      NotFoundError,
      ConflictError,
      RateLimitedError,
    ]),
    args: { id: t.arg.id({ required: true, description: 'The job’s id.' }) },
    resolve: async (_root, { id }, context) => ({ job: await retry(context, id) }),
  }),
);

const SetJobPriorityPayloadRef = builder
  .objectRef<{ job: JobRow }>('SetJobPriorityPayload')
  .implement({
    description: 'The job with its new priority.',
    fields: (t) => ({
      job: t.expose('job', { type: JobRef, description: 'The job, as it is now.' }),
    }),
  });

builder.mutationField('setJobPriority', (t) =>
  t.field({
    type: SetJobPriorityPayloadRef,
    description: 'Changes the priority of a waiting job. HIGH may be for operators only.',
    errors: payload('SetJobPriorityResult', 'The job, or why its priority cannot change.', [
      ValidationError,
      NotFoundError,
      ConflictError,
    ]),
    args: {
      id: t.arg.id({ required: true, description: 'The job’s id.' }),
      priority: t.arg({ type: JobPriorityRef, required: true, description: 'The new priority.' }),
    },
    resolve: async (_root, { id, priority }, context) => {
      const { db, viewer, limits } = context;
      const issues: ValidationIssue[] = [];
      checkPriority(issues, ['priority'], { priority }, limits.mayUseHigh(viewer));
      if (issues.length > 0) throw new ValidationError(issues);
      const job = await setJobPriority(db, viewer, id, priority);
      await publishJobs(context, [job]);
      await context.queues.reprioritize(job);
      // With its new priority, the queue may have room for it.
      await context.queues.dispatch(job.type);
      return { job };
    },
  }),
);
