import type { Registry } from 'prom-client';
import type { AttemptOutcome, EngineEmitter } from '../jobs/engine-events.ts';
import { finalStates } from '../jobs/rows/row.ts';
import type { SubscriptionCounts } from '../live/source-stream.ts';
import { jobErrorCodes, JobFailure } from '../errors.ts';
import { limitNames } from '../access/limits/refusals.ts';
import { createBridgeLags, readAtScrape, toLabel } from './at-scrape.ts';
import type { Sources } from './at-scrape.ts';
import { defineMetrics } from './definitions.ts';
import type { EventMetrics } from './definitions.ts';
import { countLive, createDeliveries } from './deliveries.ts';
import { recordEvents } from './record-events.ts';

export type { Delivery } from './deliveries.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/** What is counted and measured, on a registry: most of it by listening to events; what is shared is read at the scrape. */
export function createMetrics(registry: Registry, types: readonly string[], events: EngineEmitter) {
  const queues = types.map(toLabel);
  const metrics = defineMetrics(registry);
  const live: SubscriptionCounts = { coalesced: 0, dropped: 0, resumes: 0 };
  const deliveries = createDeliveries(registry);
  const lags = createBridgeLags(registry, queues);
  countLive(registry, live);
  for (const queue of queues) beginQueue(metrics, queue);
  for (const limit of limitNames) metrics.refused.inc({ limit }, 0);
  recordEvents(events, metrics, lags);

  return {
    registry,
    /** By transport; plain numbers, as they change with every update. */
    deliveries,
    /** Updates and subscriptions of clients that are slow, or come back. */
    live,
    /** Begins the series of these endpoints of the model service. */
    beginEndpoints: (names: readonly string[]) => {
      for (const endpoint of names) {
        for (const outcome of callOutcomes) metrics.calls.zero({ endpoint, outcome });
      }
    },
    /** Begins the series of these root fields. */
    beginOperations: (names: readonly string[]) => {
      for (const operation of [...names, 'several', 'invalid']) {
        metrics.operations.zero({ operation, outcome: 'ok' });
        metrics.operations.zero({ operation, outcome: 'error' });
      }
    },
    /** Adds what is asked for at each scrape. */
    readFrom: (sources: Sources) => readAtScrape(registry, sources),
  };
}

/** A series that began with its first value would have that value at the first scrape, and no rate would ever show it. */
function beginQueue(metrics: EventMetrics, queue: string): void {
  metrics.waits.zero({ queue });
  metrics.batches.zero({ queue });
  for (const state of finalStates) {
    const labels = { queue, state: state.toLowerCase() };
    metrics.jobs.inc(labels, 0);
    metrics.durations.zero(labels);
  }
  for (const outcome of unfailedOutcomes) metrics.attempts.inc({ queue, outcome, code: '' }, 0);
  for (const code of jobErrorCodes) {
    metrics.attempts.inc({ queue, outcome: 'failed', code }, 0);
    if (new JobFailure(code, '').retryable) metrics.retries.inc({ queue, code }, 0);
  }
  metrics.stalled.inc({ queue }, 0);
  metrics.fenced.inc({ queue }, 0);
  metrics.deleted.inc({ queue }, 0);
  metrics.repairs.inc({ queue, kind: 'row' }, 0);
  metrics.repairs.inc({ queue, kind: 'entry' }, 0);
}

const unfailedOutcomes: AttemptOutcome[] = ['completed', 'canceled', 'handed_back', 'postponed'];
const callOutcomes = [
  'ok',
  'aborted',
  ...jobErrorCodes.filter((code) => code.startsWith('MODEL_')),
];
