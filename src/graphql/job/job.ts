import { toInt } from '../../platform/int.ts';
import { isFinal, isInQueue, isRetryable } from '../../jobs/rows/row.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { pascalName } from '../../jobs/define-job.ts';
import { jobDefinitions } from '../../subjects/index.ts';
import { builder } from '../builder.ts';
import { NodeRef } from '../node/node-ref.ts';
import { estimateCompletion, estimateStart } from './estimate-job.ts';
import { attemptsOf, JobAttemptRef, JobErrorRef } from './job-attempt.ts';
import { JobPriorityRef, JobStateRef, JobTypeRef } from '../enums.ts';

const typeNames = new Map(jobDefinitions.map((job) => [job.type, `${pascalName(job)}Job`]));

/** `VIDEO_SUMMARIZATION` is a `VideoSummarizationJob`; undefined for a type of another version. */
export function typeOfJob({ type }: Pick<JobRow, 'type'>): string | undefined {
  return typeNames.get(type);
}

export const JobRef = builder.interfaceRef<JobRow>('Job').implement({
  description: 'Work that takes minutes, from submission to end.',
  interfaces: [NodeRef],
  resolveType: typeOfJob,
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
      resolve: async (job, _args, { findPlace }) =>
        isInQueue(job) ? (await findPlace(job.id))?.position : undefined,
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
    cancelRequestedAt: t.expose('cancelRequestedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When it was asked to stop while it ran. It is ACTIVE until its worker has heard that, which may be too late.',
    }),
    attempts: t.field({
      type: [JobAttemptRef],
      complexity: { multiplier: 3 }, // the default number of attempts of most job types
      description: 'Every attempt, oldest first; of more than 100, the newest.',
      resolve: (job, _args, context) => attemptsOf(context).load(job.id),
    }),
  }),
});
