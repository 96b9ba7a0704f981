import type { LimitsConfig } from '../../config/limits.ts';
import type { Viewer } from '../../db/viewer.ts';
import { once } from '../../platform/once.ts';
import { createCounter, placeRetryMs } from './counter.ts';
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
    const leaveAddress = ofAddresses.take(toNetwork(address));
    let leaveOwner: (() => void) | undefined;
    let isClosed = false;
    let subscriptions = 0;
    return {
      assign: async (viewer) => {
        const giveBack = await shares.connect(viewer);
        // The client may have disconnected meanwhile.
        if (isClosed) giveBack();
        else leaveOwner = giveBack;
      },
      subscribe: async (viewer) => {
        // Local counters come first, as they are cheap. If a later one refuses, places that were taken are given back.
        if (subscriptions >= (config.subscriptionsPerConnection ?? Infinity)) {
          throw refusals.subscriptions_per_connection(placeRetryMs);
        }
        const leaveProcess = ofProcess.take('all');
        subscriptions += 1;
        let leaveOwner: (() => void) | undefined;
        const leave = once(() => {
          subscriptions -= 1;
          leaveProcess();
          leaveOwner?.();
        });
        try {
          leaveOwner = await shares.subscribe(viewer);
          return leave;
        } catch (error) {
          leave();
          throw error;
        }
      },
      close: () => {
        isClosed = true;
        leaveOwner?.();
        leaveAddress();
      },
    };
  };
}
