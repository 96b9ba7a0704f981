import type { Broker } from './broker.ts';
import { createListeners } from './listeners.ts';

/** A broker within one process. */
export function createMemoryBroker(): Broker {
  const listeners = createListeners();

  return {
    publish: async (channels, message, changedAt = Date.now()) =>
      listeners.deliver(
        channels.map(({ name }) => name),
        message,
        changedAt,
      ),
    changedAt: listeners.changedAt,
    subscribe: async (channel, listener) => listeners.add(channel, listener),
    onGap: () => undefined, // it is always reachable
    async [Symbol.asyncDispose]() {
      listeners.clear();
    },
  };
}
