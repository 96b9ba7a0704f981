import type { Registry } from 'prom-client';
import { finalStates, isFinal } from '../jobs/job-row.ts';
import type { JobRow } from '../jobs/job-row.ts';
import type { LiveCounts } from '../live/live-counts.ts';
import { jobErrorCodes, JobFailure } from '../errors.ts';
import { limitNames } from '../access/limits/refusals.ts';
import type { LimitName } from '../access/limits/refusals.ts';
import { createBridgeLags, readAtScrape, toLabel } from './at-scrape.ts';
import type { Sources } from './at-scrape.ts';
import { defineMetrics } from './definitions.ts';
import { countLive, createDeliveries } from './deliveries.ts';

export type { Delivery } from './deliveries.ts';

/** How an attempt ended: `postponed` could not begin, `handed_back` was ended by its process. */
export type AttemptOutcome = 'completed' | 'failed' | 'canceled' | 'handed_back' | 'postponed';

export type Metrics = ReturnType<typeof createMetrics>;

/** What is counted and measured, on a registry. Parts say what has happened; what is shared is read at the scrape. */
export function createMetrics(registry: Registry, types: readonly string[]) {
  const queues = types.map(toLabel);
  const {
    jobs,
    durations,
    waits,
    attempts,
    retries,
    stalled,
    fenced,
    concurrency,
    busy,
    calls,
    batches,
    repairs,
    deleted,
    operations,
    refused,
  } = defineMetrics(registry);
  const live: LiveCounts = { coalesced: 0, dropped: 0, resumes: 0 };
  const deliveries = createDeliveries(registry);
  const bridges = createBridgeLags(registry, queues);
  countLive(registry, live);
  // A series that begins with its first value has that value at the first scrape, and no rate ever shows it.
  for (const queue of queues) {
    waits.zero({ queue });
    batches.zero({ queue });
    for (const state of finalStates) {
      const labels = { queue, state: state.toLowerCase() };
      jobs.inc(labels, 0);
      durations.zero(labels);
    }
    for (const outcome of outcomes) {
      if (outcome !== 'failed') attempts.inc({ queue, outcome, code: '' }, 0);
    }
    for (const code of jobErrorCodes) {
      attempts.inc({ queue, outcome: 'failed', code }, 0);
      if (new JobFailure(code, '').retryable) retries.inc({ queue, code }, 0);
    }
    stalled.inc({ queue }, 0);
    fenced.inc({ queue }, 0);
    deleted.inc({ queue }, 0);
    repairs.inc({ queue, kind: 'row' }, 0);
    repairs.inc({ queue, kind: 'entry' }, 0);
  }
  for (const limit of limitNames) refused.inc({ limit }, 0);

  return {
    registry,
    /** By transport. */
    deliveries,
    /** Updates and subscriptions of clients that are slow, or come back. */
    live,
    /** Rows as they were changed, by the process that changed them. */
    jobsChanged: (changed: readonly JobRow[]) => {
      for (const job of changed) {
        if (!isFinal(job.state)) continue;
        const labels = { queue: toLabel(job.type), state: job.state.toLowerCase() };
        jobs.inc(labels);
        const { startedAt, finishedAt } = job;
        if (startedAt && finishedAt) durations.observe(labels, toSeconds(startedAt, finishedAt));
      }
    },
    /** By the clock that wrote the row's times. */
    attemptBegun: (job: JobRow, { number, startedAt }: { number: number; startedAt: Date }) => {
      if (number !== 1) return;
      const waited = toSeconds(findDueTime(job) ?? startedAt, startedAt);
      waits.observe({ queue: toLabel(job.type) }, Math.max(0, waited));
    },
    attemptEnded: (type: string, outcome: AttemptOutcome, code = '') =>
      attempts.inc({ queue: toLabel(type), outcome, code }),
    attemptFollows: (type: string, code: string) => retries.inc({ queue: toLabel(type), code }),
    jobStalled: (type: string) => stalled.inc({ queue: toLabel(type) }),
    writeRefused: (type: string) => fenced.inc({ queue: toLabel(type) }),
    workerStarted: (type: string, slots: number) => {
      concurrency.set({ queue: toLabel(type) }, slots);
      busy.set({ queue: toLabel(type) }, 0);
    },
    workerBusy: (type: string, slots: number) => busy.set({ queue: toLabel(type) }, slots),
    /** The endpoints that there are. */
    endpointsKnown: (names: readonly string[]) => {
      for (const endpoint of names) {
        for (const outcome of callOutcomes) calls.zero({ endpoint, outcome });
      }
    },
    modelCalled: (endpoint: string, outcome: string, seconds: number) =>
      calls.observe({ endpoint, outcome }, seconds),
    /** Events are about to be applied, the oldest of this time; null: they have been. */
    bridgeAt: (type: string, oldestAt: number | null) => bridges.set(toLabel(type), oldestAt),
    batchApplied: (type: string, events: number) =>
      batches.observe({ queue: toLabel(type) }, events),
    rowsRepaired: (type: string, kind: 'row' | 'entry', rows: number) =>
      repairs.inc({ queue: toLabel(type), kind }, rows),
    jobsDeleted: (type: string, rows: number) => deleted.inc({ queue: toLabel(type) }, rows),
    /** The root fields that there are. */
    operationsKnown: (names: readonly string[]) => {
      for (const operation of [...names, 'several', 'invalid']) {
        operations.zero({ operation, outcome: 'ok' });
        operations.zero({ operation, outcome: 'error' });
      }
    },
    operationDone: (operation: string, isOk: boolean, seconds: number) =>
      operations.observe({ operation, outcome: isOk ? 'ok' : 'error' }, seconds),
    refused: (limit: LimitName) => refused.inc({ limit }),
    /** Adds what is asked for at each scrape. */
    readFrom: (sources: Sources) => readAtScrape(registry, sources),
  };
}

const callOutcomes = [
  'ok',
  'aborted',
  ...jobErrorCodes.filter((code) => code.startsWith('MODEL_')),
];
const outcomes: AttemptOutcome[] = ['completed', 'failed', 'canceled', 'handed_back', 'postponed'];

/** When a job could have run. What follows another could once it was handed over, of which its row may not know yet. */
function findDueTime({ createdAt, runAt, waitsFor, dispatchedAt }: JobRow): Date | null {
  if (waitsFor) return dispatchedAt;
  return runAt && runAt > createdAt ? runAt : createdAt;
}

function toSeconds(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1_000;
}
