import type { Redis } from 'ioredis';
import { withTimeout } from '../../platform/timeout.ts';
import type { Logger } from '../../platform/logger.ts';

/** How long a request waits for Redis. */
const answerWithinMs = 500;
/** After a failure, Redis is not asked for this long, so that an unresponsive Redis costs one wait and not one per request. */
const awayForMs = 1_000;

/** Calls to Redis for counts that processes share. */
export interface RedisCalls {
  /** The answer of Redis, in bounded time; undefined if it is unavailable and this process must count alone. */
  ask: <Answer>(question: (redis: Redis) => Promise<Answer>) => Promise<Answer | undefined>;
}

/** A Redis script for one key. ioredis sends it once, and from then on its hash. */
export function defineScript<Answer>(name: string, lua: string) {
  return (redis: Redis, key: string, ...args: (string | number)[]): Promise<Answer> => {
    if (!(name in redis)) redis.defineCommand(name, { numberOfKeys: 1, lua });
    const { [name]: run } = redis as unknown as Record<string, Script<Answer>>;
    return run!.call(redis, key, ...args);
  };
}

type Script<Answer> = (key: string, ...args: (string | number)[]) => Promise<Answer>;

/** Null: there is only one process. */
export function createRedisCalls(redis: Redis | null, logger: Logger): RedisCalls {
  let askAgainAt = 0;
  let isAway = false;

  function report(error: unknown): void {
    askAgainAt = performance.now() + awayForMs;
    if (!isAway) logger.warn({ err: error }, 'limits are counted by this process alone');
    isAway = true;
  }

  return {
    ask: async (question) => {
      if (!redis || performance.now() < askAgainAt) return undefined;
      if (redis.status !== 'ready') {
        report(new Error(`the connection to Redis is ${redis.status}`));
        return undefined;
      }
      try {
        const answer = await withTimeout(question(redis), answerWithinMs);
        if (isAway) logger.info('limits are counted together again');
        isAway = false;
        return answer;
      } catch (error) {
        report(error);
        return undefined;
      }
    },
  };
}
