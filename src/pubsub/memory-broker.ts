import type { Broker, Listener } from './broker.ts';

/** A broker within one process. */
export function createMemoryBroker(): Broker {
  const channels = new Map<string, Set<Listener>>();

  return {
    publish: async (channel, job) => {
      for (const listener of channels.get(channel) ?? []) listener(job);
    },
    subscribe: async (channel, listener) => {
      const listeners = channels.get(channel) ?? new Set();
      channels.set(channel, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && channels.get(channel) === listeners) channels.delete(channel);
      };
    },
    async [Symbol.asyncDispose]() {
      channels.clear();
    },
  };
}
