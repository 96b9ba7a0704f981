import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** Jobs take up to their deadline; the last bounds are minutes. */
const runBuckets = [0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600];

export type EventMetrics = ReturnType<typeof defineMetrics>;

/** Defines the metrics that this process records as events happen. */
export function defineMetrics(registry: Registry) {
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
    'Writes that were refused because their attempt had lost its job.',
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
  const leader = gauge(
    'fovea_leader',
    'Whether this process leads, and does what need be done once: 1 or 0.',
    [],
  );
  const takeovers = counter(
    'fovea_leader_takeovers_total',
    'Times that this process has begun to lead.',
    [],
  );
  const batches = histogram(
    'fovea_bridge_batch_size',
    'Queue events that were applied together.',
    ['queue'],
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
  );
  const repairs = counter(
    'fovea_reconciler_repairs_total',
    'Rows and queue entries that the reconciler repaired.',
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
  const refused = counter('fovea_refused_total', 'Requests that exceeded a limit.', ['limit']);
  return {
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
    leader,
    takeovers,
    batches,
    repairs,
    deleted,
    operations,
    refused,
  };
}
