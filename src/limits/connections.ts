import type { LimitsConfig } from '../config/limits.ts';
import type { Viewer } from '../db/viewer.ts';
import { createCounter } from './counter.ts';
import type { Holds } from './holds.ts';
import { toCountedKey, toNetwork } from './keys.ts';
import type { Refusals } from './refusals.ts';

/** A connection that stays open, with the subscriptions on it. */
export interface Connection {
  /** Before a subscription begins: takes its place, or throws RateLimitedError; the result gives it back. */
  subscribe: (viewer: Viewer) => Promise<() => void>;
  /** Gives the connection's own place back; those of its subscriptions are theirs to give back. */
  close: () => void;
}

export interface ConnectionsOptions {
  config: LimitsConfig;
  /** Subscriptions of one owner, in all processes. */
  ofOwners: Holds;
  refusals: Refusals;
}

/** Counts connections by address, and the subscriptions of each and of all. */
export function createConnections(options: ConnectionsOptions): (address: string) => Connection {
  const { config, ofOwners, refusals } = options;
  const ofAddresses = createCounter(config.connectionsPerAddress, refusals.connections_per_address);
  const ofProcess = createCounter(
    config.subscriptionsPerProcess,
    refusals.subscriptions_per_process,
  );

  return (address) => {
    const close = ofAddresses.take(toNetwork(address));
    const ofConnection = createCounter(
      config.subscriptionsPerConnection,
      refusals.subscriptions_per_connection,
    );
    return {
      subscribe: async (viewer) => {
        // Those that ask nobody come first; what they have taken goes back when the next refuses.
        using taken = new DisposableStack();
        taken.adopt(ofConnection.take('its own'), (giveBack) => giveBack());
        taken.adopt(ofProcess.take('all'), (giveBack) => giveBack());
        taken.adopt(await ofOwners.hold(toCountedKey(viewer)), (giveBack) => giveBack());
        const kept = taken.move();
        return () => kept.dispose();
      },
      close,
    };
  };
}
