import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { finalStates, isFinal } from './db/job-row.ts';
import type { JobRow } from './db/job-row.ts';
import type { LiveCounts } from './live/live-counts.ts';
import { jobErrorCodes, JobFailure } from './errors.ts';
import { createBridgeLags, readAtScrape, toLabel } from './metrics/at-scrape.ts';
import type { Sources } from './metrics/at-scrape.ts';
import { countLive, createDeliveries } from './metrics/deliveries.ts';

export type { Delivery } from './metrics/deliveries.ts';

/** How an attempt ended: `postponed` could not begin, `handed_back` was ended by its process. */
export type AttemptOutcome = 'completed' | 'failed' | 'canceled' | 'handed_back' | 'postponed';

export type Metrics = ReturnType<typeof createMetrics>;

/** What is counted and measured, on a registry. Parts say what has happened; what is shared is read at the scrape. */
export function createMetrics(registry: Registry, types: readonly string[]) {
  const queues = types.map(toLabel);
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
    buckets: number[],
  ) => new Histogram({ name, help, labelNames, buckets, registers });

  const jobs = counter(
    'fovea_queue_job_total',
    'Jobs that ended, each counted by the one process that wrote its end.',
    ['queue', 'state'],
  );
  const durations = histogram(
    'fovea_queue_job_duration_seconds',
    'From the first start of a job to its end.',
    ['queue', 'state'],
    runBuckets,
  );
  const waits = histogram(
    'fovea_queue_job_wait_seconds',
    'From the time that a job could have run to its first start.',
    ['queue'],
    runBuckets,
  );
  const attempts = counter(
    'fovea_queue_attempts_total',
    'Attempts that ended, by how, and by the code of what failed.',
    ['queue', 'outcome', 'code'],
  );
  const retries = counter(
    'fovea_queue_retries_total',
    'Failed attempts that another one follows, by the code of what failed.',
    ['queue', 'code'],
  );
  const stalled = counter('fovea_queue_stalled_total', 'Jobs that lost their worker.', ['queue']);
  const fenced = counter(
    'fovea_queue_fenced_writes_total',
    'Writes of attempts that had lost their job, which were refused.',
    ['queue'],
  );
  const concurrency = gauge('fovea_worker_concurrency', 'Jobs that this process can run at once.', [
    'queue',
  ]);
  const busy = gauge('fovea_worker_busy', 'Jobs that this process runs.', ['queue']);
  const calls = histogram(
    'fovea_model_service_call_duration_seconds',
    'Calls of the model service, by their outcome: ok, aborted, or the code of the failure.',
    ['endpoint', 'outcome'],
    runBuckets,
  );
  const batches = histogram(
    'fovea_bridge_batch_size',
    'Queue events that were applied together.',
    ['queue'],
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
  );
  const repairs = counter(
    'fovea_reconciler_repairs_total',
    'Rows that missed what their queue knew, and entries that a queue had lost.',
    ['queue', 'kind'],
  );
  const deleted = counter(
    'fovea_retention_deleted_jobs_total',
    'Ended jobs that were deleted for their age.',
    ['queue'],
  );
  const operations = histogram(
    'fovea_graphql_operation_duration_seconds',
    'GraphQL operations by their root field; of subscriptions, the time to their beginning.',
    ['operation', 'outcome'],
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  );
  const live: LiveCounts = { coalesced: 0, dropped: 0, resumes: 0 };
  const deliveries = createDeliveries(registry);
  const bridges = createBridgeLags(registry, queues);
  countLive(registry, live);
  // A series that begins with its first value has that value at the first scrape, and no rate ever shows it.
  for (const endpoint of endpoints) calls.zero({ endpoint, outcome: 'ok' });
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
    attemptBegun: ({ type, createdAt, runAt }: JobRow, number: number) => {
      if (number !== 1) return;
      const due = runAt && runAt > createdAt ? runAt : createdAt;
      waits.observe({ queue: toLabel(type) }, Math.max(0, toSeconds(due, new Date())));
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
      for (const operation of names) operations.zero({ operation, outcome: 'ok' });
    },
    operationDone: (operation: string, isOk: boolean, seconds: number) =>
      operations.observe({ operation, outcome: isOk ? 'ok' : 'error' }, seconds),
    /** Adds what is asked for at each scrape. */
    readFrom: (sources: Sources) => readAtScrape(registry, sources),
  };
}

const endpoints = ['summarize', 'extract_claims', 'synthesize'];
const outcomes: AttemptOutcome[] = ['completed', 'failed', 'canceled', 'handed_back', 'postponed'];
/** Jobs take up to their deadline; the last bounds are minutes. */
const runBuckets = [0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600];

function toSeconds(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1_000;
}
