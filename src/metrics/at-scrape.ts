import type { Registry } from 'prom-client';
import type { QueueGauges } from '../queue/gauges.ts';
import { withTimeout } from '../platform/timeout.ts';
import type { Logger } from '../platform/logger.ts';
import { pauseAfterMs } from '../platform/duty-cycle.ts';
import { defineCollectedGauge } from './collected.ts';

/** What is read only at a scrape. */
export interface Sources {
  /** Figures of each queue from the rows; the same in every process. */
  queues: () => Promise<readonly QueueGauges[]>;
  /** Whether each external service answers, by name. */
  dependencies: () => Promise<Record<string, boolean>>;
  /** Null: the database is in this process. */
  connections: (() => { busy: number; idle: number; waiting: number }) | null;
  logger: Logger;
}

/** A scrape does not wait longer for the database. */
const answerDeadlineMs = 2_000;
/** All gauges and scrapers within this time share one answer; a slow answer is shared for longer. */
const answerAgeMs = 500;

/** A queue's name as a label: `video_summarization`. */
export function toLabel(type: string): string {
  return type.toLowerCase();
}

/** Defines the age of unapplied queue events; returns the map of their times, in ms since 1970, by queue. */
export function createBridgeLags(
  registry: Registry,
  queues: readonly string[],
): Map<string, number | null> {
  const oldest = new Map<string, number | null>();
  const metric = {
    name: 'fovea_bridge_lag_seconds',
    help: 'Age of the oldest queue event that this process has read and not yet applied; 0 when there is none.',
    labelNames: ['queue'] as const,
  };
  defineCollectedGauge(registry, metric, (set) => {
    for (const queue of queues) {
      const at = oldest.get(queue);
      if (at === undefined) continue;
      set({ queue }, at === null ? 0 : Math.max(0, Date.now() - at) / 1_000);
    }
  });
  return oldest;
}

/** Reads the figures of queues; none while the database is down, which fovea_dependency_up shows. */
function createQueueReader({ queues, logger }: Sources): Sources['queues'] {
  let latest: { until: number; answer: ReturnType<Sources['queues']> } | undefined;

  async function read(): ReturnType<Sources['queues']> {
    const begunAt = performance.now();
    let restMs = 0;
    try {
      const answer = await withTimeout(queues(), answerDeadlineMs);
      restMs = pauseAfterMs(performance.now() - begunAt);
      return answer;
    } catch (error) {
      logger.warn({ err: error }, 'queue figures not read');
      return [];
    } finally {
      latest!.until = Math.max(begunAt + answerAgeMs, performance.now() + restMs);
    }
  }

  return () => {
    // While one read is pending, no other begins.
    if (!latest || performance.now() > latest.until) latest = { until: Infinity, answer: read() };
    return latest.answer;
  };
}

/** Gauges of queues are the same in every process. */
const queueGauges = {
  fovea_queue_length: ['Jobs that wait for a worker.', 'queued'],
  fovea_queue_oldest_queued_seconds: ['Age of the job that waits longest.', 'oldestSeconds'],
  fovea_queue_undispatched_jobs: [
    'Jobs whose turn has come and that are not in the queue yet.',
    'undispatched',
  ],
  fovea_queue_workers: ['Worker processes that were seen recently.', 'workers'],
  fovea_queue_estimate_coverage: [
    'Share of the latest ranges of completion times that held; they are meant to hold for 0.8.',
    'estimateCoverage',
  ],
} as const satisfies Record<string, [string, keyof QueueGauges]>;

/** Defines the gauges that are read at each scrape. */
export function readAtScrape(registry: Registry, sources: Sources): void {
  const readQueues = createQueueReader(sources);
  for (const [name, [help, figure]] of Object.entries(queueGauges)) {
    const metric = { name, help, labelNames: ['queue'] as const };
    defineCollectedGauge(registry, metric, async (set) => {
      for (const it of await readQueues()) {
        const value = it[figure];
        if (value !== null) set({ queue: toLabel(it.type) }, value);
      }
    });
  }
  const jobs = {
    name: 'fovea_queue_jobs',
    help: 'Jobs that have not ended, by state.',
    labelNames: ['queue', 'state'] as const,
  };
  defineCollectedGauge(registry, jobs, async (set) => {
    for (const it of await readQueues()) {
      const queue = toLabel(it.type);
      for (const state of ['queued', 'active', 'delayed'] as const)
        set({ queue, state }, it[state]);
    }
  });
  const dependencies = {
    name: 'fovea_dependency_up',
    help: 'Whether it answers: 1 or 0.',
    labelNames: ['dependency'] as const,
  };
  defineCollectedGauge(registry, dependencies, async (set) => {
    for (const [dependency, isUp] of Object.entries(await sources.dependencies())) {
      set({ dependency }, isUp ? 1 : 0);
    }
  });
  const connections = {
    name: 'fovea_database_connections',
    help: 'Connections of this process to its database, and requests that wait for one.',
    labelNames: ['state'] as const,
  };
  defineCollectedGauge(registry, connections, (set) => {
    const counts = Object.entries(sources.connections?.() ?? {});
    for (const [state, count] of counts) set({ state }, count);
  });
}
