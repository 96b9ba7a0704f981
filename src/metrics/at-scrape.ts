import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { QueueGauges } from '../queue/gauges.ts';
import { withTimeout } from '../platform/timeout.ts';
import type { Logger } from '../platform/logger.ts';
import { pauseAfterMs } from '../platform/duty-cycle.ts';

/** What only a scrape asks for. */
export interface Sources {
  /** What the rows say of each queue; the same in every process. */
  queues: () => Promise<readonly QueueGauges[]>;
  /** Whether what is outside this process answers, by name. */
  dependencies: () => Promise<Record<string, boolean>>;
  /** Null: it has none. */
  connections: (() => { busy: number; idle: number; waiting: number }) | null;
  logger: Logger;
}

/** A database that takes longer is not there for a scrape. */
const answerDeadlineMs = 2_000;
/** All gauges of a scrape, and all who scrape within that time, share one answer; longer, if it took long. */
const answerAgeMs = 500;

/** A queue's name as a label: `video_summarization`. */
export function toLabel(type: string): string {
  return type.toLowerCase();
}

/** Shows how old what the bridges have in hand is; returns where they say so, in ms since 1970, by queue. */
export function createBridgeLags(
  registry: Registry,
  queues: readonly string[],
): Map<string, number | null> {
  const oldest = new Map<string, number | null>();
  registry.registerMetric(
    new Gauge({
      name: 'fovea_bridge_lag_seconds',
      help: 'Age of the oldest queue event that this process has read and not yet applied; 0 when there is none.',
      labelNames: ['queue'],
      registers: [],
      collect() {
        for (const queue of queues) {
          const at = oldest.get(queue);
          if (at === undefined) this.remove({ queue });
          else this.set({ queue }, at === null ? 0 : Math.max(0, Date.now() - at) / 1_000);
        }
      },
    }),
  );
  return oldest;
}

/** What the rows say; nothing when they cannot be asked: that they cannot, another metric says. */
function createQueueReader({ queues, logger }: Sources): Sources['queues'] {
  let latest: { until: number; answer: ReturnType<Sources['queues']> } | undefined;

  async function ask(): ReturnType<Sources['queues']> {
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
    // While it is asked, nobody else asks.
    if (!latest || performance.now() > latest.until) latest = { until: Infinity, answer: ask() };
    return latest.answer;
  };
}

/** Every process says the same of what they share, so that any of them will do. */
export function readAtScrape(registry: Registry, sources: Sources): void {
  const readQueues = createQueueReader(sources);
  const shared = {
    fovea_queue_length: ['Jobs that wait for a worker.', 'queued'],
    fovea_queue_oldest_queued_seconds: ['Age of the job that waits longest.', 'oldestSeconds'],
    fovea_queue_undispatched_jobs: [
      'Jobs whose turn it is and that the queue is not given.',
      'undispatched',
    ],
    fovea_queue_workers: ['Worker processes that were seen of late.', 'workers'],
  } as const satisfies Record<string, [string, keyof QueueGauges]>;
  for (const [name, [help, figure]] of Object.entries(shared)) {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames: ['queue'],
        registers: [],
        async collect() {
          this.reset();
          for (const it of await readQueues()) {
            this.set({ queue: toLabel(it.type) }, it[figure]);
          }
        },
      }),
    );
  }
  registry.registerMetric(
    new Gauge({
      name: 'fovea_queue_jobs',
      help: 'Jobs that have not ended, by state.',
      labelNames: ['queue', 'state'],
      registers: [],
      async collect() {
        this.reset();
        for (const it of await readQueues()) {
          const queue = toLabel(it.type);
          for (const state of ['queued', 'active', 'delayed'] as const) {
            this.set({ queue, state }, it[state]);
          }
        }
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'fovea_dependency_up',
      help: 'Whether it answers: 1 or 0.',
      labelNames: ['dependency'],
      registers: [],
      async collect() {
        for (const [dependency, isUp] of Object.entries(await sources.dependencies())) {
          this.set({ dependency }, isUp ? 1 : 0);
        }
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'fovea_database_connections',
      help: 'Connections of this process to its database, and requests that wait for one.',
      labelNames: ['state'],
      registers: [],
      collect() {
        for (const [state, count] of Object.entries(sources.connections?.() ?? {}))
          this.set({ state }, count);
      },
    }),
  );
}
