import { listAttempts, maxListedAttempts } from '../../jobs/attempts/attempts.ts';
import { listStages, maxStages } from '../../jobs/attempts/stages.ts';
import type { AttemptKey, JobStage } from '../../jobs/attempts/stages.ts';
import type { JobError } from '../../jobs/rows/row.ts';
import type { JobAttempt } from '../../db/tables.ts';
import { listsByKey } from '../batch-loaders.ts';
import { builder } from '../builder.ts';
import { JobErrorCodeRef } from '../enums.ts';
import { defineLoader } from '../loaders.ts';

export const JobErrorRef = builder.objectRef<JobError>('JobError').implement({
  description: 'Why an attempt failed. Has no id: a cache keeps it in its job or attempt.',
  fields: (t) => ({
    code: t.expose('code', { type: JobErrorCodeRef, description: 'The reason, for programs.' }),
    message: t.exposeString('message', { description: 'A message for people.' }),
    retryable: t.exposeBoolean('retryable', {
      description: 'Whether another attempt could end differently.',
    }),
    attempt: t.exposeInt('attempt', { description: 'Which attempt failed.' }),
  }),
});

const JobStageRef = builder.objectRef<JobStage>('JobStage').implement({
  description:
    'A stage of an attempt, by the database’s clock. Has no id: a cache keeps it in its attempt.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What was being done, as in Job.stage.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it began.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the next stage began, or the attempt ended; null while neither has happened.',
    }),
  }),
});

const toStagesKey = ({ jobId, number }: AttemptKey): string => `${jobId} ${number}`;

const stagesOf = defineLoader((db) =>
  listsByKey({
    list: (attempts: readonly AttemptKey[]) => listStages(db, attempts),
    nameOf: toStagesKey,
    keyOf: ({ jobId, attempt }) => toStagesKey({ jobId, number: attempt }),
    maxLength: maxStages,
  }),
);

export const JobAttemptRef = builder.objectRef<JobAttempt>('JobAttempt').implement({
  description:
    'One run of a job. Has no id: a cache keeps it in its job, where `number` tells it apart.',
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
    stages: t.field({
      type: [JobStageRef],
      complexity: { multiplier: 5 }, // more than most attempts have
      description: `What it has done so far, in order, for a timeline: the first ${maxStages} stages. One that was reported again has two entries.`,
      resolve: (attempt, _args, context) => stagesOf(context).load(attempt),
    }),
  }),
});

export const attemptsOf = defineLoader((db) =>
  listsByKey({
    list: (jobIds: readonly string[]) => listAttempts(db, jobIds),
    nameOf: (jobId) => jobId,
    keyOf: ({ jobId }) => jobId,
    maxLength: maxListedAttempts,
  }),
);
