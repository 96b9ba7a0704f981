import type { JobRow } from '../../jobs/rows/row.ts';
import { findOwnReason, findQueueReason, waitingReasons } from '../../jobs/waiting.ts';
import type { WaitingCircumstances, WaitingReason } from '../../jobs/waiting.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { describeValues } from '../enums.ts';
import { explainOwnReason, explainQueueReason } from './explain-waiting.ts';
import { JobRef } from './job.ts';
import { visibleJob } from './related-jobs.ts';

const JobWaitingReasonRef = builder.enumType('JobWaitingReason', {
  description: 'Why a job does not run yet. If several reasons hold, it is the first of this list.',
  values: describeValues<WaitingReason>(waitingReasons, {
    PREDECESSOR: 'The job before it in its pipeline has not completed.',
    RETRY: 'Its last attempt failed, and the time of the next has not come.',
    DELAY: 'It is to start later.',
    QUEUE_UNAVAILABLE: 'The broker that keeps the queue does not answer.',
    QUEUE_PAUSED: 'An operator has paused the queue.',
    NO_WORKER: 'No worker takes the jobs of this queue.',
    OWNER_SHARE:
      'Its owner has as many jobs in the queue as one owner may have at once, or has had more of the queue’s time than others, whose later jobs go first.',
    RATE_LIMIT: 'The queue has let as many jobs start in this minute as it may.',
    POSITION: 'Others go before it, or it is next and every worker is busy.',
  }),
});

interface JobWaiting {
  reason: WaitingReason;
  message: string;
  until: Date | null;
}

const JobWaitingRef = builder.objectRef<JobWaiting>('JobWaiting').implement({
  description: 'Why a job does not run yet. Has no id: a cache keeps it in its job.',
  fields: (t) => ({
    reason: t.expose('reason', { type: JobWaitingReasonRef, description: 'For programs.' }),
    message: t.exposeString('message', {
      description: 'A sentence for people. It has no names of other owners, and its times are UTC.',
    }),
    until: t.expose('until', {
      type: 'DateTime',
      nullable: true,
      description:
        'When this reason ends, where that is known: with DELAY, RETRY and RATE_LIMIT. Another may follow.',
    }),
  }),
});

builder.interfaceField(JobRef, 'waiting', (t) =>
  t.field({
    type: JobWaitingRef,
    nullable: true,
    description:
      'Why it does not run yet; null once it runs or is final. A new reason is sent to those who watch the job and select this.',
    resolve: (job, _args, context) => findWaiting(job, context),
  }),
);

async function findWaiting(job: JobRow, context: GraphQLContext): Promise<JobWaiting | null> {
  const reason = findOwnReason(job);
  if (reason === null) return null;
  if (reason === undefined) return findQueueWaiting(job, context);
  context.live.rememberReason(job.id, reason);
  const predecessor =
    reason === 'PREDECESSOR' ? await visibleJob(context).load(job.waitsFor!) : undefined;
  const until = reason === 'PREDECESSOR' ? null : job.nextAttemptAt;
  return { reason, message: explainOwnReason(reason, job, predecessor), until };
}

async function findQueueWaiting(job: JobRow, context: GraphQLContext): Promise<JobWaiting> {
  const { live } = context;
  let circumstances = await readCircumstances(job, context, false);
  let reason = findQueueReason(circumstances);
  const announced = live.announcedReasonOf(job) ?? job.waitingReason ?? reason;
  if (announced !== reason) {
    // What this process knows of the queue may be older than what the row says.
    circumstances = await readCircumstances(job, context, true);
    reason = findQueueReason(circumstances);
  }
  live.rememberReason(job.id, reason);
  const { perOwner } = context.settings(job.type);
  const message = explainQueueReason(reason, { ...circumstances, perOwner });
  return {
    reason,
    message,
    until: reason === 'RATE_LIMIT' ? circumstances.hold.limitedUntil : null,
  };
}

async function readCircumstances(
  job: JobRow,
  { findPlace, holds }: GraphQLContext,
  isNew: boolean,
): Promise<WaitingCircumstances> {
  const [hold, isOwnerFull, place] = await Promise.all([
    holds.find(job.type, isNew),
    job.dispatchedAt === null && holds.isOwnerFull(job.type, job.owner),
    findPlace(job.id),
  ]);
  return { hold, isOwnerFull, place };
}
