import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  runDoctor,
  useDoctorServices,
  useServer,
  withAdvice,
} from '../../environment/app/doctor.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { findFreePort } from '../../environment/programs/service-process.ts';

expectNoLeaks();

const services = useDoctorServices();

describe('a Redis under a server that runs', () => {
  const server = useServer(services);

  test('a policy by which Redis drops keys is wrong', async () => {
    await services.setRedis({ 'maxmemory-policy': 'allkeys-lru' });
    const { code, findings, output } = await runDoctor(server.env);
    expect(code).toBe(1);
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([
      {
        check: 'redis memory',
        level: 'wrong',
        seen: expect.stringContaining('maxmemory-policy allkeys-lru'),
        advice: expect.stringContaining('config set maxmemory-policy noeviction'),
      },
    ]);
    expect(output).toMatch(/^wrong {4}redis memory: .*\n {9}do: Run `redis-cli config set/m);
  });

  test('a Redis that keeps nothing, and a queue that is paused, are warnings: it ends with 0', async () => {
    await services.setRedis({ appendonly: 'no' });
    await server.app.graphql.request('mutation { pauseQueue(type: CLAIM_SYNTHESIS) { paused } }');
    const { code, findings } = await runDoctor(server.env);
    await server.app.graphql.request('mutation { resumeQueue(type: CLAIM_SYNTHESIS) { paused } }');
    expect(code).toBe(0);
    expect(withAdvice(findings)).toEqual([
      ['redis persistence', 'warning', expect.stringContaining('config set appendonly yes')],
      ['queue claim-synthesis', 'warning', expect.stringContaining('type: CLAIM_SYNTHESIS')],
    ]);
  });

  test('a Redis that keeps snapshots is ok', async () => {
    await services.setRedis({ appendonly: 'no', save: '3600 1' });
    const { findings } = await runDoctor(server.env);
    await services.setRedis({ save: '' });
    expect(findings).toContainEqual({
      check: 'redis persistence',
      level: 'ok',
      seen: 'snapshots (save 3600 1), no append-only file',
    });
  });

  test('a Redis without a password off loopback is a warning', async () => {
    // Not an address of loopback by its name, and yet it leads there.
    const url = services.redisUrl.replace('127.0.0.1', '0.0.0.0');
    const { code, findings } = await runDoctor({ ...server.env, REDIS_URL: url });
    expect(code).toBe(0);
    expect(withAdvice(findings)).toEqual([
      ['configuration', 'warning', expect.stringContaining('rediss://')],
      ['redis access', 'warning', expect.stringContaining('requirepass')],
    ]);
  });

  test('a Redis that is not there is wrong, and hides nothing else', async () => {
    const url = `redis://:sesame@127.0.0.1:${await findFreePort()}`;
    const { code, findings, output } = await runDoctor({ ...server.env, REDIS_URL: url });
    expect(code).toBe(1);
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([
      {
        check: 'redis',
        level: 'wrong',
        seen: expect.stringContaining('ECONNREFUSED'),
        advice: expect.stringContaining(`Start Redis at ${url.replace(':sesame@', '')}`),
      },
    ]);
    const checks = findings.map(({ check }) => check);
    expect(checks).toEqual(expect.arrayContaining(['postgres', 'queue claim-synthesis', 'leader']));
    expect(output).not.toContain('sesame');
  });

  test('it asks by password, says what to do without one, and shows it nowhere', async () => {
    const password = `sesame-${randomUUID()}`;
    const withPassword = services.redisUrl.replace('://', `://:${password}@`);
    await services.setRedis({ requirepass: password });
    try {
      const right = await runDoctor({ ...server.env, REDIS_URL: withPassword });
      expect(right).toMatchObject({ code: 0 });
      expect(right.output).not.toContain(password);
      const none = await runDoctor(server.env);
      expect(none.code).toBe(1);
      expect(withAdvice(none.findings)).toEqual([
        ['redis', 'wrong', expect.stringContaining('Put its password into REDIS_URL')],
      ]);
      const wrong = await runDoctor({
        ...server.env,
        REDIS_URL: withPassword.replace(password, 'other-word'),
      });
      expect(withAdvice(wrong.findings)).toEqual([
        ['redis', 'wrong', expect.stringContaining('Correct the user and password')],
      ]);
      expect(wrong.output).not.toContain('other-word');
    } finally {
      await services.setRedis({ requirepass: '' });
    }
  });
});
