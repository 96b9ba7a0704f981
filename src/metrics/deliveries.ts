import { Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { SubscriptionCounts } from '../live/source-stream.ts';
import { defineCollectedCounter, defineCollectedGauge } from './collected.ts';

/** How jobs reach clients. */
export type Transport = 'sse' | 'sse_single' | 'multipart' | 'websocket' | 'poll';

/** What one transport has open and has sent; plain numbers, as they change with every update. */
export interface Delivery {
  connections: number;
  subscriptions: number;
  sent: number;
  /** Records a write to a socket, given the time of its change in ms since 1970. */
  written: (changedAt: number) => void;
}

const deliveryBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

/** Defines the metrics of each transport. */
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
      // The clocks of two hosts may differ by more than the delivery took.
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
  const figures = [
    [
      defineCollectedGauge,
      'fovea_live_connections',
      'Open connections of clients that watch jobs.',
      'connections',
    ],
    [defineCollectedGauge, 'fovea_live_subscriptions', 'Open subscriptions.', 'subscriptions'],
    [
      defineCollectedCounter,
      'fovea_live_sent_total',
      'Updates that were written to sockets.',
      'sent',
    ],
  ] as const;
  for (const [define, name, help, figure] of figures) {
    define(registry, { name, help, labelNames }, (set) => {
      for (const [transport, delivery] of Object.entries(all)) set({ transport }, delivery[figure]);
    });
  }
  return all;
}

/** Defines the counters of slow and returning clients. */
export function countLive(registry: Registry, live: SubscriptionCounts): void {
  const helps = {
    coalesced: 'Updates that a newer one replaced before their client had read them.',
    dropped: 'Subscriptions that were ended because their client fell too far behind.',
    resumes: 'Subscriptions that went on from what their client had seen.',
  };
  for (const name of ['coalesced', 'dropped', 'resumes'] as const) {
    const metric = { name: `fovea_live_${name}_total`, help: helps[name], labelNames: [] };
    defineCollectedCounter(registry, metric, (set) => set({}, live[name]));
  }
}
