import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import type { Environment } from '../../src/config/environment/environment.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';
import { listProblems, services } from './list-problems.ts';

const base = { ...services, AUTH_MODE: 'keys' };
const certificate = '-----BEGIN CERTIFICATE-----';

test.each([
  { REDIS_URL: 'redis+sentinel://user:pa%2Css@a:26379,[::1]:26380,c/my-master/2' },
  {
    REDIS_URL: 'rediss+sentinel://a/m',
    REDIS_SENTINEL_PASSWORD: 'sesame',
    REDIS_CA: certificate,
  },
  { REDIS_URL: 'redis+sentinel://a/m', REDIS_NAT_MAP: '10.0.0.1:6379=a:1,[fe80::1]:6379=b:2' },
  { REDIS_URL: 'redis://:pw@a:6379,b:6379', REDIS_CLUSTER: 'true', REDIS_PREFIX: '{jobs}' },
  { REDIS_URL: 'rediss://a', REDIS_CLUSTER: '1', REDIS_NAT_MAP: '10.0.0.1:6379=a:1' },
] satisfies Environment[])('Redis as in %o is accepted', (env) => {
  expect(listProblems({ ...base, ...env })).toEqual([]);
});

test.each([
  [{ REDIS_URL: 'redis://a,b' }, 'several hosts: set REDIS_CLUSTER=true'],
  [{ REDIS_URL: 'redis+sentinel://a/m', REDIS_CLUSTER: 'true' }, 'leave one out'],
  [{ REDIS_URL: 'redis://a,b/1', REDIS_CLUSTER: 'true' }, 'a Cluster has 0 alone'],
  [{ REDIS_SENTINEL_PASSWORD: 'sesame' }, 'does not begin with redis+sentinel://'],
  [{ REDIS_NAT_MAP: '10.0.0.1:6379=a:1' }, 'neither Sentinels nor a Cluster'],
  [{ REDIS_CLUSTER: 'true', REDIS_NAT_MAP: '10.0.0.1=a' }, 'it must be pairs of host:port'],
  [{ REDIS_PREFIX: '{a}b' }, 'in braces or without'],
] satisfies [Environment, string][])('Redis as in %o is refused', (env, problem) => {
  expect(listProblems({ ...base, ...env })).toEqual([expect.stringContaining(problem)]);
});

test('a Redis is taken apart, and the keys of a Cluster are in one slot', () => {
  const read = (env: Environment) => {
    const { stack } = readConfig({ ...base, ...env }, jobDefinitions);
    if (stack.kind === 'embedded') throw new Error('embedded');
    return stack.redis;
  };
  const url = 'rediss+sentinel://user:pa%2Css@a,[::1]:26380/my-master/2';
  expect(read({ REDIS_URL: url, REDIS_NAT_MAP: '10.0.0.1:6379=[::1]:6380' })).toMatchObject({
    location: {
      isTls: true,
      hosts: [
        { host: 'a', port: 26_379 },
        { host: '::1', port: 26_380 },
      ],
      masterName: 'my-master',
      username: 'user',
      password: 'pa,ss',
      database: 2,
    },
    natMap: { '10.0.0.1:6379': { host: '::1', port: 6380 } },
    prefix: 'fovea',
  });
  const cluster = { REDIS_URL: 'redis://a,b:1', REDIS_CLUSTER: 'true' };
  expect(read(cluster)).toMatchObject({ isCluster: true, prefix: '{fovea}' });
  expect(read({ ...cluster, REDIS_PREFIX: '{jobs}' })).toMatchObject({ prefix: '{jobs}' });
});
