import type { RedisOptions } from 'ioredis';

/** Between attempts to connect again: they grow up to the longest, so that all is well soon after Redis is. */
const firstPauseMs = 50;
const longestPauseMs = 1_000;
/** After a connection led to a server that is no master: the next may lead there as well. */
const demotedPauseMs = 500;
/** For so long after that. */
const demotedForMs = 5_000;
/** What is said on a connection to be dropped has so long to get there; one that leads nowhere is cut off then. */
const disconnectTimeoutMs = 500;
/** The kernel asks a silent peer after so long. */
const keepAliveMs = 5_000;

/**
 * How a server says that it is no master, or not yet, or one that may not take writes: READONLY, MASTERDOWN and UNBLOCKED of
 * a replica (a script quotes it after a minus), LOADING of one that becomes a replica, NOREPLICAS of one cut off.
 */
const demotion = /(^|-)(READONLY|MASTERDOWN|UNBLOCKED|LOADING|NOREPLICAS) /;

/** Connect again, and send the command again: the server has not carried it out. */
const reconnectAndResend = 2;

/** Whether an error means that a server is not, or no longer, the one to write to. */
function isDemotion(error: Error): boolean {
  return demotion.test(error.message);
}

/** How every lasting connection behaves when Redis goes away, falls silent, or becomes a replica; BullMQ's copies have them too. */
export function createRedisOptions(): RedisOptions {
  let demotedAt = -Infinity;
  return {
    keepAlive: keepAliveMs,
    disconnectTimeout: disconnectTimeoutMs,
    reconnectOnError: (error) => {
      if (!isDemotion(error)) return false;
      demotedAt = performance.now();
      return reconnectAndResend;
    },
    retryStrategy: (times) => {
      if (performance.now() - demotedAt < demotedForMs) return demotedPauseMs;
      return Math.min(times * firstPauseMs, longestPauseMs);
    },
  };
}
