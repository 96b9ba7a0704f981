import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { expect, inject } from 'vitest';
import type { LimitsConfig } from '../../../src/config/limits.ts';
import { RateLimitedError } from '../../../src/errors.ts';
import type { Refuse } from '../../../src/access/limits/refusals.ts';
import { createRedisCalls } from '../../../src/access/limits/redis-calls.ts';
import type { RedisCalls } from '../../../src/access/limits/redis-calls.ts';
import type { GraphQLAnswer, GraphQLClient, Transport } from '../clients/graphql-client.ts';
import { createLogger } from '../../../src/platform/logger.ts';

export const noLimits: LimitsConfig = {
  jobsPerMinute: null,
  unfinishedJobs: null,
  subjectsPerOwner: null,
  pollsPerMinute: null,
  failedLoginsPerMinute: null,
  subscriptionsPerOwner: null,
  subscriptionsPerConnection: null,
  subscriptionsPerProcess: null,
  operationsPerOwner: null,
  mediaStreamsPerOwner: null,
  connectionsPerOwner: null,
  connectionsPerAddress: null,
  highPriority: 'all',
};

/** What the limits of one process use to count in Redis. */
export interface Counting extends AsyncDisposable {
  redis: Redis;
  counts: RedisCalls;
  prefix: string;
}

/** Connects to Redis as a process does. Processes with the same prefix count together. */
export async function openCounting(
  prefix = `test-${randomUUID()}`,
  url = inject('redisUrl'),
): Promise<Counting> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined); // expected in a test that stops Redis
  await redis.connect();
  return {
    redis,
    counts: createRedisCalls(redis, createLogger('silent', false)),
    prefix,
    [Symbol.asyncDispose]: async () => redis.disconnect(),
  };
}

export const refuse: Refuse = (retryAfterMs) => new RateLimitedError('Too many.', retryAfterMs);

/** Of a process without Redis. */
export const alone = { redis: null, counts: createRedisCalls(null, createLogger('silent', false)) };

/** The refusal that a call is answered with. */
export async function expectRefusal(asked: Promise<unknown>): Promise<RateLimitedError> {
  const refusal = await asked.catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(RateLimitedError);
  return refusal as RateLimitedError;
}

/** Counts the calls that were accepted and those that were refused; throws any other error. */
export async function countOutcomes(
  calls: readonly Promise<unknown>[],
): Promise<{ accepted: number; refused: number }> {
  const outcomes = await Promise.allSettled(calls);
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
  for (const { reason } of failed) if (!(reason instanceof RateLimitedError)) throw reason;
  return { accepted: outcomes.length - failed.length, refused: failed.length };
}

/** Starts a job, and says why not. */
export const summarizeOrRefuse = `mutation ($input: SummarizeVideoInput!, $options: JobOptions) {
  summarizeVideo(input: $input, options: $options) {
    __typename ... on Error { message } ... on RateLimitedError { retryAfterMs }
    ... on SummarizeVideoPayload { created }
  }
}`;

/** What a mutation says that is refused for so many jobs a minute. */
export function jobsAMinute(limit: number): object {
  return {
    __typename: 'RateLimitedError',
    message: `At most ${limit} jobs a minute.`,
    retryAfterMs: expect.toSatisfy((it: number) => it > 30_000 && it <= 60_000),
  };
}

/** Subscribes to a queue, which is always there. */
export function watchQueue(
  { graphql }: { graphql: GraphQLClient },
  transport: Transport,
): AsyncIterableIterator<GraphQLAnswer> {
  return graphql.subscribe(
    transport,
    'subscription { queueUpdated(type: VIDEO_SUMMARIZATION) { type } }',
  );
}
