import type { Broker } from './broker.ts';
import { createListeners } from './listeners.ts';

/** A broker within one process. */
export function createMemoryBroker(): Broker {
  const listeners = createListeners();

  return {
    publish: async ({ name }, message, changedAt = Date.now()) =>
      listeners.deliver(name, message, changedAt),
    changedAt: listeners.changedAt,
    subscribe: async (channel, listener) => listeners.add(channel, listener),
    onGap: () => undefined, // it is always reachable
    async [Symbol.asyncDispose]() {
      listeners.clear();
    },
  };
}
