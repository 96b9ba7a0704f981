import type { JobRow } from '../../../src/jobs/rows/row.ts';
import type { Broker } from '../../../src/pubsub/broker.ts';

export interface BrokerProbe {
  /** Pass it as `overrides.wrapBroker`; several apps may share a probe. */
  wrap: (broker: Broker) => Broker;
  /** Rows published on the channels of jobs, in order. */
  readonly published: readonly JobRow[];
  /** Subscriptions to jobs that are open. */
  readonly listening: number;
}

export interface BrokerHooks {
  /** Runs before the broker receives a subscription. */
  beforeSubscribe?: (channel: string) => Promise<void>;
  /** Runs when the broker has a subscription, and the subscriber has no confirmation yet. */
  beforeConfirmation?: (channel: string) => Promise<void>;
}

/** Records what passes a broker, and can hold a subscriber at the two points where updates could get lost. */
export function createBrokerProbe(hooks: BrokerHooks = {}): BrokerProbe {
  const published: JobRow[] = [];
  let listening = 0;
  return {
    wrap: (broker) => ({
      ...broker,
      publish: (channels, message) => {
        if (channels.some(isOfJob)) published.push(message as JobRow);
        return broker.publish(channels, message);
      },
      subscribe: async (channel, listener) => {
        // Workers listen for cancels as long as they live.
        if (!isOfJob(channel)) return broker.subscribe(channel, listener);
        await hooks.beforeSubscribe?.(channel.name);
        const unsubscribe = await broker.subscribe(channel, listener);
        listening += 1;
        await hooks.beforeConfirmation?.(channel.name);
        return () => {
          listening -= 1;
          unsubscribe();
        };
      },
    }),
    published,
    get listening() {
      return listening;
    },
  };
}

function isOfJob({ name }: { name: string }): boolean {
  return name.startsWith('job:');
}
