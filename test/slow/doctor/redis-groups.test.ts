import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createTestStack } from '../../environment/app/app.ts';
import type { TestStack } from '../../environment/app/app.ts';
import { runDoctor, withAdvice } from '../../environment/app/doctor.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { findRedisServer } from '../../environment/programs/find-programs.ts';
import { startRedisCluster } from '../../environment/programs/redis-cluster.ts';
import { startRedisWithSentinels } from '../../environment/programs/redis-sentinels.ts';
import type { RedisGroup } from '../../environment/programs/redis-servers.ts';

expectNoLeaks();

const opened = new AsyncDisposableStack();
let stack: TestStack;
let cluster: RedisGroup;
let sentinels: RedisGroup;
let env: Record<string, string>;

beforeAll(async () => {
  stack = opened.use(await createTestStack('external'));
  const model = opened.use(await startFakeModelService());
  const command = findRedisServer()!;
  cluster = opened.use(await startRedisCluster(command));
  sentinels = opened.use(await startRedisWithSentinels(command));
  env = { ...stack.env, MODEL_SERVICE_URL: model.url };
});

afterAll(() => opened.disposeAsync());

/** What the doctor finds wrong of Redis: its check, level and advice. No worker runs, which is wrong as well. */
async function findWrong(given: Record<string, string>) {
  const { findings, code, output } = await runDoctor({ ...env, ...given });
  expect(code).toBe(1);
  expect(output).not.toMatch(/word-of/);
  return withAdvice(findings).filter(
    ([check, level]) => check?.startsWith('redis') && level === 'wrong',
  );
}

const wrong = (advice: string) => [['redis', 'wrong', expect.stringContaining(advice)]];

test('a node of a Cluster is no server, and a server is no Cluster', async () => {
  const { REDIS_URL: nodes = '' } = cluster.env;
  expect(await findWrong({ REDIS_URL: nodes.split(',')[0]! })).toEqual(
    wrong('Set REDIS_CLUSTER=true'),
  );
  const server = { REDIS_URL: inject('redisUrl'), REDIS_CLUSTER: 'true' };
  expect(await findWrong(server)).toEqual(wrong('Leave REDIS_CLUSTER out'));
});

test('Sentinels want their own password, and know their master by its name', async () => {
  const { REDIS_URL = '', REDIS_SENTINEL_PASSWORD: _, ...rest } = sentinels.env;
  expect(await findWrong({ ...rest, REDIS_URL })).toEqual(wrong('Set REDIS_SENTINEL_PASSWORD'));
  const renamed = { ...sentinels.env, REDIS_URL: REDIS_URL.replace(/\/\w+$/, '/another') };
  expect(await findWrong(renamed)).toEqual(wrong('the name that the Sentinels have for it'));
  const others = { ...sentinels.env, REDIS_URL: REDIS_URL.replace('word-of-servers', 'other') };
  expect(await findWrong(others)).toEqual(wrong('Correct the user and password in REDIS_URL'));
});

test('a Sentinel in the place of a server is seen to be one', async () => {
  const [, address] = /@([\d.:]+)/.exec(sentinels.env['REDIS_URL']!)!;
  const url = `redis://:${sentinels.env['REDIS_SENTINEL_PASSWORD']}@${address}`;
  expect(await findWrong({ REDIS_URL: url })).toEqual(wrong('begin with redis+sentinel://'));
});

test('a Sentinel that is not there is a warning, and of servers each is looked at', async () => {
  const url = sentinels.env['REDIS_URL']!.replace('@', '@127.0.0.1:1,');
  const { findings } = await runDoctor({ ...env, ...sentinels.env, REDIS_URL: url });
  expect(findings).toContainEqual({
    check: 'redis sentinels',
    level: 'warning',
    seen: expect.stringMatching(/^3 of 4 answer; master fovea: 127\.0\.0\.1:\d+$/),
    advice: expect.stringContaining('take them out of REDIS_URL'),
  });
  const ofCluster = await runDoctor({ ...env, ...cluster.env });
  const servers = ofCluster.findings.filter(({ check }) => check === 'redis');
  expect(servers.map(({ level }) => level)).toEqual(['ok', 'ok', 'ok']);
  expect(ofCluster.findings.filter(({ check }) => check === 'redis persistence')).toHaveLength(3);
});
