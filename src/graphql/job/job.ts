import { toInt } from '../../platform/int.ts';
import { listAttempts, maxListedAttempts } from '../../jobs/attempts/attempts.ts';
import { isFinal, isInQueue, isRetryable } from '../../jobs/rows/row.ts';
import type { JobError, JobRow } from '../../jobs/rows/row.ts';
import { pascalName } from '../../jobs/define-job.ts';
import { jobDefinitions } from '../../subjects/index.ts';
import type { JobAttempt } from '../../db/tables.ts';
import { builder } from '../builder.ts';
import { defineLoader } from '../loaders.ts';
import { listsByKey } from '../batch-loaders.ts';
import { estimateCompletion, estimateStart } from './estimate-job.ts';
import { JobErrorCodeRef, JobPriorityRef, JobStateRef, JobTypeRef } from '../enums.ts';

const JobErrorRef = builder.objectRef<JobError>('JobError').implement({
  description: 'Why an attempt failed.',
  fields: (t) => ({
    code: t.expose('code', { type: JobErrorCodeRef, description: 'The reason, for programs.' }),
    message: t.exposeString('message', { description: 'A message for people.' }),
    retryable: t.exposeBoolean('retryable', {
      description: 'Whether another attempt could end differently.',
    }),
    attempt: t.exposeInt('attempt', { description: 'Which attempt failed.' }),
  }),
});

const JobAttemptRef = builder.objectRef<JobAttempt>('JobAttempt').implement({
  description: 'One run of a job.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: '1 for the first.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      description: 'When a worker started it.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended, successfully or not.',
    }),
    worker: t.exposeString('worker', {
      nullable: true,
      description: 'The worker that ran it, by name.',
    }),
    error: t.field({
      type: JobErrorRef,
      nullable: true,
      description: 'Why it failed, if it did.',
      resolve: (attempt) => attempt.error,
    }),
  }),
});

const attemptsOf = defineLoader((db) =>
  listsByKey({
    list: (jobIds: readonly string[]) => listAttempts(db, jobIds),
    nameOf: (jobId) => jobId,
    keyOf: ({ jobId }) => jobId,
    maxLength: maxListedAttempts,
  }),
);

/** `VIDEO_SUMMARIZATION` is a `VideoSummarizationJob`. */
const typeNames = new Map(jobDefinitions.map((job) => [job.type, `${pascalName(job)}Job`]));

export const JobRef = builder.interfaceRef<JobRow>('Job').implement({
  description: 'Work that takes minutes, from submission to end.',
  resolveType: (job) => typeNames.get(job.type),
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Never changes, and is never reused.' }),
    owner: t.string({
      nullable: true,
      description: 'Its owner; null for the holder of a ticket.',
      resolve: ({ owner }, _args, { viewer }) => (viewer.role === 'ticket' ? null : owner),
    }),
    type: t.field({ type: JobTypeRef, description: 'What it does.', resolve: (job) => job.type }),
    state: t.expose('state', { type: JobStateRef, description: 'Its state.' }),
    version: t.exposeInt('version', {
      description: 'Grows with every change of this job. It is the cursor of jobUpdated.',
    }),
    progress: t.exposeInt('progress', { description: '0 to 100. Never falls within an attempt.' }),
    stage: t.exposeString('stage', {
      nullable: true,
      description: 'What is being done now, in words for a progress bar.',
    }),
    attempt: t.exposeInt('attempt', {
      description: 'The number of the current attempt; 0 until the first one starts.',
    }),
    maxAttempts: t.exposeInt('maxAttempts', {
      description: 'Maximum number of attempts, including the first.',
    }),
    priority: t.expose('priority', {
      type: JobPriorityRef,
      description: 'Its place among the jobs that wait.',
    }),
    position: t.int({
      nullable: true,
      description: '1 = next to run. Null unless QUEUED.',
      resolve: (job, _args, { findPosition }) =>
        isInQueue(job) ? findPosition(job.id) : undefined,
    }),
    estimatedStartAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When it will start, at the current pace of its type. Null once it has started, and while too few jobs have run.',
      resolve: (job, _args, context) => estimateStart(job, context),
    }),
    estimatedCompletionAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When it will complete, at the current pace of its type. Null once it is final, and while too few jobs have run.',
      resolve: (job, _args, context) => estimateCompletion(job, context),
    }),
    error: t.field({
      type: JobErrorRef,
      nullable: true,
      description: 'Why the latest attempt failed.',
      resolve: (job) => job.error,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was accepted.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its first attempt started.',
    }),
    completedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it reached a final state: COMPLETED, FAILED, CANCELED or EXPIRED.',
    }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a DELAYED job runs.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it expires if it has not started.',
    }),
    durationMs: t.int({
      nullable: true,
      description: 'From its first start to its end, or to now.',
      resolve: ({ startedAt, finishedAt }, _args, { clock }) => {
        const endedAt = finishedAt?.getTime() ?? clock.now();
        return startedAt && toInt(Math.max(0, Math.round(endedAt - startedAt.getTime())));
      },
    }),
    cancelable: t.boolean({
      description: 'Whether it can still be canceled.',
      resolve: (job) => !isFinal(job.state),
    }),
    retryable: t.boolean({
      description: 'Whether it ended without a result, and can be restarted.',
      resolve: (job) => isRetryable(job.state),
    }),
    attempts: t.field({
      type: [JobAttemptRef],
      complexity: { multiplier: 3 }, // the default number of attempts of most job types
      description: 'Every attempt, oldest first; of more than 100, the newest.',
      resolve: (job, _args, context) => attemptsOf(context).load(job.id),
    }),
  }),
});
