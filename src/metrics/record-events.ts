import type { EngineEmitter } from '../jobs/engine-events.ts';
import { isFinal } from '../jobs/rows/row.ts';
import type { JobRow } from '../jobs/rows/row.ts';
import { toLabel } from './at-scrape.ts';
import type { EventMetrics } from './definitions.ts';

/** Records the events of the engine. `lags` holds the time of the oldest unapplied event of each bridge. */
export function recordEvents(
  events: EngineEmitter,
  metrics: EventMetrics,
  lags: Map<string, number | null>,
): void {
  events.listen({
    jobsChanged: (jobs) => {
      for (const job of jobs) if (isFinal(job.state)) recordEnd(metrics, job);
    },
    attemptStarted: ({ job, attempt, startedAt }) => {
      if (attempt !== 1) return;
      const waited = toSeconds(findDueTime(job) ?? startedAt, startedAt);
      metrics.waits.observe({ queue: toLabel(job.type) }, Math.max(0, waited));
    },
    attemptEnded: ({ type, outcome, code = '' }) =>
      metrics.attempts.inc({ queue: toLabel(type), outcome, code }),
    retryScheduled: ({ type, code }) => metrics.retries.inc({ queue: toLabel(type), code }),
    jobStalled: ({ type }) => metrics.stalled.inc({ queue: toLabel(type) }),
    writeRefused: ({ type }) => metrics.fenced.inc({ queue: toLabel(type) }),
    workerStarted: ({ type, concurrency }) => {
      metrics.concurrency.set({ queue: toLabel(type) }, concurrency);
      metrics.busy.set({ queue: toLabel(type) }, 0);
    },
    workerLoadChanged: ({ type, running }) => metrics.busy.set({ queue: toLabel(type) }, running),
    modelServiceCalled: ({ endpoint, outcome, seconds }) =>
      metrics.calls.observe({ endpoint, outcome }, seconds),
    leadershipChanged: ({ isLeading }) => {
      metrics.leader.set(isLeading ? 1 : 0);
      if (isLeading) metrics.takeovers.inc();
    },
    bridgeEnded: ({ type }) => void lags.delete(toLabel(type)),
    bridgeStarted: ({ type }) => lags.set(toLabel(type), null),
    batchRead: ({ type, oldestAt }) => lags.set(toLabel(type), oldestAt),
    batchApplied: ({ type, events: count }) => {
      lags.set(toLabel(type), null);
      metrics.batches.observe({ queue: toLabel(type) }, count);
    },
    rowsRepaired: ({ type, rows, entries }) => {
      metrics.repairs.inc({ queue: toLabel(type), kind: 'row' }, rows);
      metrics.repairs.inc({ queue: toLabel(type), kind: 'entry' }, entries);
    },
    jobsDeleted: ({ type, jobs }) => metrics.deleted.inc({ queue: toLabel(type) }, jobs),
    operationAnswered: ({ operation, isOk, seconds }) =>
      metrics.operations.observe({ operation, outcome: isOk ? 'ok' : 'error' }, seconds),
    limitExceeded: ({ limit }) => metrics.refused.inc({ limit }),
  });
}

function recordEnd({ jobs, durations }: EventMetrics, job: JobRow): void {
  const labels = { queue: toLabel(job.type), state: job.state.toLowerCase() };
  jobs.inc(labels);
  const { startedAt, finishedAt } = job;
  if (startedAt && finishedAt) durations.observe(labels, toSeconds(startedAt, finishedAt));
}

/** When a job was due. A job that follows another is due once that has completed. */
function findDueTime({
  createdAt,
  runAt,
  waitsFor,
  admittedAt,
  dispatchedAt,
}: JobRow): Date | null {
  if (waitsFor) return admittedAt ?? dispatchedAt;
  return runAt && runAt > createdAt ? runAt : createdAt;
}

function toSeconds(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1_000;
}
