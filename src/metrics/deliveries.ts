import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { SubscriptionCounts } from '../live/source-stream.ts';

/** How jobs reach clients. */
export type Transport = 'sse' | 'sse_single' | 'multipart' | 'websocket' | 'poll';

/** What one transport of this process has open and has sent; plain numbers, as they change with every update. */
export interface Delivery {
  connections: number;
  subscriptions: number;
  sent: number;
  /** Takes the time, in ms since 1970, at which what has just been written to a socket had happened. */
  written: (changedAt: number) => void;
}

const deliveryBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

/** What each transport delivers. */
export function createDeliveries(registry: Registry): Record<Transport, Delivery> {
  const registers = [registry];
  const latency = new Histogram({
    name: 'fovea_live_delivery_seconds',
    help: 'From a change of a job to the write to the socket of a client that watches it.',
    labelNames: ['transport'],
    buckets: deliveryBuckets,
    registers,
  });
  const createDelivery = (transport: Transport): Delivery => {
    latency.zero({ transport });
    const observer = latency.labels({ transport });
    return {
      connections: 0,
      subscriptions: 0,
      sent: 0,
      // Clocks of two hosts may differ by more than it took.
      written: (changedAt) => observer.observe(Math.max(0, Date.now() - changedAt) / 1_000),
    };
  };
  const all = {
    sse: createDelivery('sse'),
    sse_single: createDelivery('sse_single'),
    multipart: createDelivery('multipart'),
    websocket: createDelivery('websocket'),
    poll: createDelivery('poll'),
  };
  const labelNames = ['transport'] as const;
  registry.registerMetric(
    new Gauge({
      name: 'fovea_live_connections',
      help: 'Open connections of clients that wait for news.',
      labelNames,
      registers: [],
      collect() {
        for (const [transport, it] of Object.entries(all)) this.set({ transport }, it.connections);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'fovea_live_subscriptions',
      help: 'Subscriptions that are open.',
      labelNames,
      registers: [],
      collect() {
        for (const [transport, it] of Object.entries(all))
          this.set({ transport }, it.subscriptions);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: 'fovea_live_sent_total',
      help: 'Updates that were written to sockets.',
      labelNames,
      registers: [],
      collect() {
        this.reset();
        for (const [transport, it] of Object.entries(all)) this.inc({ transport }, it.sent);
      },
    }),
  );
  return all;
}

/** Counts what becomes of what clients are to be sent. */
export function countLive(registry: Registry, live: SubscriptionCounts): void {
  const helps = {
    coalesced: 'Updates that a newer one replaced before their client had read them.',
    dropped: 'Subscriptions that were ended because their client fell too far behind.',
    resumes: 'Subscriptions that went on from what their client had seen.',
  };
  for (const name of ['coalesced', 'dropped', 'resumes'] as const) {
    registry.registerMetric(
      new Counter({
        name: `fovea_live_${name}_total`,
        help: helps[name],
        registers: [],
        collect() {
          this.reset();
          this.inc(live[name]);
        },
      }),
    );
  }
}
