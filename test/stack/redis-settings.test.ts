import { PassThrough } from 'node:stream';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../environment/app/app.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { startRedis } from '../environment/programs/redis.ts';

expectNoLeaks();

test('a replica is refused at start, a policy that drops keys is warned of, each with what to do', async () => {
  await using server = await startRedis();
  await using stack = await createTestStack('external');
  const redis = new Redis(server.url);
  const lines: Record<string, any>[] = [];
  const log = new PassThrough({ encoding: 'utf8' });
  log.on('data', (line: string) => lines.push(JSON.parse(line)));
  const env = {
    REDIS_URL: server.url,
    STARTUP_TIMEOUT_MS: '500',
    MODEL_SERVICE_URL: 'http://127.0.0.1:9',
  };
  const start = () => startTestApp({ stack, env, logger: pino(log) });

  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await redis.replicaof('127.0.0.1', 1);
  await expect(start()).rejects.toThrow(
    'it is a replica, which cannot be written. Set REDIS_URL to its primary.',
  );
  await redis.replicaof('no', 'one');
  await using _app = await start();
  expect(lines).toContainEqual(
    expect.objectContaining({
      msg: 'redis settings',
      policy: 'allkeys-lru',
      advice: expect.stringContaining('maxmemory-policy noeviction'),
    }),
  );
  redis.disconnect();
});
