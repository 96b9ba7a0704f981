import type { Broker } from './broker.ts';
import { createListeners } from './listeners.ts';

/** A broker within one process. */
export function createMemoryBroker(): Broker {
  const listeners = createListeners();

  return {
    publish: async (channel, message) => listeners.deliver(channel, message),
    subscribe: async (channel, listener) => {
      listeners.add(channel, listener);
      return () => {
        listeners.remove(channel, listener);
      };
    },
    async [Symbol.asyncDispose]() {
      listeners.clear();
    },
  };
}
