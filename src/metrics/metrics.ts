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
import { countMedia } from './media.ts';
import { recordEvents } from './record-events.ts';

export type { Delivery } from './deliveries.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/** Defines all metrics on a registry: most of them listen to events, the others are read at the scrape. */
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
    media: countMedia(registry),
    /** Initializes the series of these endpoints of the model service. */
    beginEndpoints: (names: readonly string[]) => {
      for (const endpoint of names) {
        for (const outcome of callOutcomes) metrics.calls.zero({ endpoint, outcome });
      }
    },
    /** Initializes the series of these root fields. */
    beginOperations: (names: readonly string[]) => {
      for (const operation of [...names, 'several', 'invalid']) {
        metrics.operations.zero({ operation, outcome: 'ok' });
        metrics.operations.zero({ operation, outcome: 'error' });
      }
    },
    /** Defines the metrics that are read at each scrape. */
    readFrom: (sources: Sources) => readAtScrape(registry, sources),
  };
}

/** Initializes series with 0: a series that begins with its first value hides that value from `rate()`. */
function beginQueue(metrics: EventMetrics, queue: string): void {
  metrics.waits.zero({ queue });
  metrics.batches.zero({ queue });
  for (const state of finalStates) {
    const labels = { queue, state: state.toLowerCase() };
    metrics.jobs.inc(labels, 0);
    metrics.durations.zero(labels);
  }
  for (const outcome of otherOutcomes) metrics.attempts.inc({ queue, outcome, code: '' }, 0);
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

const otherOutcomes: AttemptOutcome[] = ['completed', 'canceled', 'handed_back', 'postponed'];
const callOutcomes = [
  'ok',
  'aborted',
  ...jobErrorCodes.filter((code) => code.startsWith('MODEL_')),
];
