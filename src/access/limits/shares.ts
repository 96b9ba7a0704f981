import type { LimitsConfig } from '../../config/limits.ts';
import type { Viewer } from '../../db/viewer.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import type { ConcurrencyLimitOptions } from './concurrency-limit.ts';
import { createCounter } from './counter.ts';
import { toCountedKey } from './keys.ts';
import { createRate } from './rate.ts';
import type { RateOptions } from './rate.ts';
import { createRefusals } from './refusals.ts';
import type { LimitName } from './refusals.ts';
import { createOperationQueue } from './operation-queue.ts';
import type { OperationQueue } from './operation-queue.ts';

/** The part of an owner's limits that all their tickets together may use, so that a leaked ticket cannot lock the owner out. */
const ticketShare = 1 / 2;

/** The limits of an owner for reading and watching. All throw RateLimitedError. */
export interface Shares extends AsyncDisposable {
  poll: (viewer: Viewer) => Promise<void>;
  /** Takes a place for a file while it is sent. The result gives it back. */
  openMedia: (viewer: Viewer) => () => void;
  /** Takes a place for a subscription. The result gives it back. */
  subscribe: (viewer: Viewer) => Promise<() => void>;
  /** The same for a connection that stays open. */
  connect: (viewer: Viewer) => Promise<() => void>;
  operationQueue: OperationQueue;
}

export interface SharesOptions extends Pick<RateOptions, 'prefix' | 'counts'> {
  config: LimitsConfig;
  maxQueryCost: number;
  onRefused: (limit: LimitName) => void;
  leaseMs: ConcurrencyLimitOptions['leaseMs'];
}

/** The use of a ticket is charged to its creator, and also to the part that is for tickets. */
export function createShares(options: SharesOptions): Shares {
  const ofOwners = createSharesOf(options);
  const ofTickets = createSharesOf({
    ...options,
    config: toTicketShare(options.config),
    maxQueryCost: options.maxQueryCost * ticketShare,
    prefix: `${options.prefix}:tickets`,
  });

  /** Takes all places or none. */
  async function holdBoth(
    { role }: Viewer,
    hold: (shares: Shares) => Promise<() => void>,
  ): Promise<() => void> {
    if (role !== 'ticket') return hold(ofOwners);
    using taken = new DisposableStack();
    for (const shares of [ofTickets, ofOwners]) taken.defer(await hold(shares));
    const kept = taken.move();
    return () => kept.dispose();
  }

  return {
    poll: async (viewer) => {
      if (viewer.role === 'ticket') await ofTickets.poll(viewer);
      await ofOwners.poll(viewer);
    },
    openMedia: (viewer) => {
      using taken = new DisposableStack();
      if (viewer.role === 'ticket') taken.defer(ofTickets.openMedia(viewer));
      taken.defer(ofOwners.openMedia(viewer));
      const kept = taken.move();
      return () => kept.dispose();
    },
    subscribe: (viewer) => holdBoth(viewer, (shares) => shares.subscribe(viewer)),
    connect: (viewer) => holdBoth(viewer, (shares) => shares.connect(viewer)),
    operationQueue: {
      run: (due, run) =>
        due.viewer.role === 'ticket'
          ? ofTickets.operationQueue.run(due, () => ofOwners.operationQueue.run(due, run))
          : ofOwners.operationQueue.run(due, run),
      runEvent: (of, run) =>
        of.viewer.role === 'ticket'
          ? ofTickets.operationQueue.runEvent(of, () => ofOwners.operationQueue.runEvent(of, run))
          : ofOwners.operationQueue.runEvent(of, run),
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([ofOwners, ofTickets].map((it) => it[Symbol.asyncDispose]()));
    },
  };
}

function toTicketShare(config: LimitsConfig): LimitsConfig {
  const part = (limit: number | null) => limit && Math.ceil(limit * ticketShare);
  return {
    ...config,
    pollsPerMinute: part(config.pollsPerMinute),
    subscriptionsPerOwner: part(config.subscriptionsPerOwner),
    connectionsPerOwner: part(config.connectionsPerOwner),
    mediaStreamsPerOwner: part(config.mediaStreamsPerOwner),
    operationsPerOwner: part(config.operationsPerOwner),
  };
}

function createSharesOf(options: SharesOptions): Shares {
  const { config, maxQueryCost, onRefused, leaseMs, ...shared } = options;
  const refusals = createRefusals(config, onRefused);
  const polls = createRate({
    ...shared,
    kind: 'polls',
    limit: config.pollsPerMinute,
    refuse: refusals.polls_per_minute,
    isOneByOne: true,
  });
  const subscriptions = createConcurrencyLimit({
    ...shared,
    kind: 'subscriptions',
    limit: config.subscriptionsPerOwner,
    refuse: refusals.subscriptions_per_owner,
    leaseMs,
  });
  const connections = createConcurrencyLimit({
    ...shared,
    kind: 'connections',
    limit: config.connectionsPerOwner,
    refuse: refusals.connections_per_owner,
    leaseMs,
  });
  const media = createCounter(config.mediaStreamsPerOwner, refusals.media_streams_per_owner);
  return {
    openMedia: (viewer) => media.take(toCountedKey(viewer)),
    poll: async (viewer) => void (await polls.take(toCountedKey(viewer))),
    subscribe: (viewer) => subscriptions.acquire(toCountedKey(viewer)),
    connect: (viewer) => connections.acquire(toCountedKey(viewer)),
    operationQueue: createOperationQueue({
      limit: config.operationsPerOwner,
      maxCost: maxQueryCost,
      refuse: refusals.operations_per_owner,
    }),
    async [Symbol.asyncDispose]() {
      await Promise.all([subscriptions, connections].map((it) => it[Symbol.asyncDispose]()));
    },
  };
}
