import type { LimitsConfig } from '../../config/limits.ts';
import type { Viewer } from '../../db/viewer.ts';
import { once } from '../../platform/once.ts';
import { createCounter } from './counter.ts';
import { toNetwork } from './keys.ts';
import type { Refusals } from './refusals.ts';
import type { Shares } from './shares.ts';

/** A connection that stays open, with the subscriptions on it. */
export interface Connection {
  /** Counts it for its owner, once that is known, or throws RateLimitedError. */
  assign: (viewer: Viewer) => Promise<void>;
  /** Takes a place for a subscription before it begins, or throws RateLimitedError. The result gives the place back. */
  subscribe: (viewer: Viewer) => Promise<() => void>;
  /** Gives the places of the connection back. Subscriptions give back their own. */
  close: () => void;
}

export interface ConnectionsOptions {
  config: LimitsConfig;
  shares: Pick<Shares, 'connect' | 'subscribe'>;
  refusals: Refusals;
}

/** Counts connections by address and by owner, and the subscriptions of each and of all. */
export function createConnections(options: ConnectionsOptions): (address: string) => Connection {
  const { config, shares, refusals } = options;
  const ofAddresses = createCounter(config.connectionsPerAddress, refusals.connections_per_address);
  const ofProcess = createCounter(
    config.subscriptionsPerProcess,
    refusals.subscriptions_per_process,
  );

  return (address) => {
    const places = new DisposableStack();
    places.defer(ofAddresses.take(toNetwork(address)));
    const ofConnection = createCounter(
      config.subscriptionsPerConnection,
      refusals.subscriptions_per_connection,
    );
    return {
      assign: async (viewer) => {
        const giveBack = await shares.connect(viewer);
        // The client may have disconnected meanwhile.
        if (places.disposed) giveBack();
        else places.defer(giveBack);
      },
      subscribe: async (viewer) => {
        // Local counters come first, as they are cheap. If a later one refuses, places that were taken are given back.
        using taken = new DisposableStack();
        taken.defer(ofConnection.take('its own'));
        taken.defer(ofProcess.take('all'));
        taken.defer(await shares.subscribe(viewer));
        const kept = taken.move();
        return () => kept.dispose();
      },
      close: once(() => places.dispose()),
    };
  };
}
