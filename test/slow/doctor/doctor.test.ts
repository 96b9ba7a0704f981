import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { judgeClocks } from '../../../src/commands/doctor/timing.ts';
import { checkModelService } from '../../../src/commands/doctor/model-service.ts';
import { sumUp } from '../../../src/commands/doctor/finding.ts';
import { startAppProcess } from '../../environment/app/app-process.ts';
import { createTestStack } from '../../environment/app/app.ts';
import type { TestStack } from '../../environment/app/app.ts';
import { runDoctor, withAdvice } from '../../environment/app/doctor.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, startJob } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { findFreePort } from '../../environment/programs/service-process.ts';

expectNoLeaks();

/** Each test runs the program at least once, which takes seconds on a busy machine. */
vi.setConfig({ testTimeout: 60_000 });

describe('the configuration', () => {
  test('every problem is listed, without what was given', async () => {
    const { code, findings, output } = await runDoctor({
      REDIS_URL: 'http://:sesame@redis',
      DATABASE_URL: 'postgres://fovea:sesame@127.0.0.1/jobs',
      LOG_LEVEL: 'loud',
      VIDEO_SUMMARIZATION_ATTEMPTS: '0',
      JOBS_PER_MINUT: '5',
    });
    expect(code).toBe(1);
    expect(findings.map(({ check, level }) => [check, level])).toEqual(
      findings.map(() => ['configuration', 'wrong']),
    );
    for (const name of [
      'REDIS_URL',
      'LOG_LEVEL',
      'VIDEO_SUMMARIZATION_ATTEMPTS',
      'JOBS_PER_MINUT',
    ]) {
      expect(findings.map(({ seen }) => seen)).toContainEqual(expect.stringContaining(name));
    }
    expect(output).not.toContain('sesame');
  });

  test('what it is told besides --json it refuses', async () => {
    const { code, output } = await runDoctor({}, '--fix');
    expect(code).toBe(1);
    expect(output).toContain('usage: node src/main.ts doctor [--json]');
  });
});

describe('on the embedded stack', () => {
  let stack: TestStack;

  beforeEach(async () => {
    stack = await createTestStack('embedded');
    return () => stack[Symbol.asyncDispose]();
  });

  test('a folder that no server has is opened, and its paused queues and waiting jobs are said', async () => {
    await using model = await startFakeModelService();
    const env = { ...stack.env, MODEL_SERVICE_URL: model.url, SHUTDOWN_GRACE_MS: '0' };
    {
      await using app = await startAppProcess('all', env);
      await app.graphql.request('mutation { pauseQueue(type: VIDEO_SUMMARIZATION) { paused } }');
      await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
      app.kill('SIGTERM');
      expect(await app.ended).toBe(0);
    }
    const { code, findings } = await runDoctor({ ...stack.env, DATABASE_POOLSIZE: '5' });
    expect(code).toBe(0);
    expect(findings).toMatchObject([
      { check: 'configuration', level: 'ok' },
      {
        check: 'configuration',
        level: 'warning',
        seen: 'DATABASE_POOLSIZE is set, but there is no such variable',
        advice: 'Correct its name: did you mean DATABASE_POOL_SIZE?',
      },
      { check: 'database', level: 'ok' },
      { check: 'migrations', level: 'ok' },
      { check: 'jobs', level: 'ok', seen: '1 job not finished: the next start goes on with them' },
      { check: 'queue video-summarization', level: 'warning' },
      { check: 'model service', level: 'ok' },
    ]);
  });

  test('a folder that a server has is left to it, and the server is asked', async () => {
    const env = { ...stack.env, PORT: String(await findFreePort()) };
    await using _app = await startAppProcess('all', env);
    const ready = await runDoctor(env);
    expect(ready.code).toBe(0);
    expect(ready.findings).toMatchObject([
      { check: 'configuration' },
      {
        check: 'database',
        level: 'ok',
        seen: expect.stringContaining('in use by a running server'),
      },
      { check: 'server', level: 'ok', seen: expect.stringContaining('200 {"status":"ready"') },
      { check: 'model service', level: 'ok' },
    ]);
    const elsewhere = await runDoctor({ ...env, PORT: String(await findFreePort()) });
    expect(elsewhere.code).toBe(1);
    expect(withAdvice(elsewhere.findings)).toEqual([
      ['server', 'wrong', expect.stringContaining('HOST and PORT')],
    ]);
  });

  test('a folder that is not there is not made', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fovea-none-'));
    await rm(folder, { recursive: true });
    const { code, findings } = await runDoctor({ DATA_DIR: folder });
    expect(code).toBe(0);
    expect(findings[1]?.seen).toContain('the first start makes it');
    await expect(rm(folder, { recursive: true })).rejects.toThrow('ENOENT');
  });
});

describe('a model service', () => {
  const check = (modelServiceUrl: string) =>
    checkModelService(
      { modelServiceUrl, modelService: { token: null, ca: null } },
      { answerMs: 300 },
    );

  test('that accepts connections and does not answer is busy, which is a warning and no failure', async () => {
    await using model = await startFakeModelService();
    const gate = model.hold('/health');
    const findings = await check(model.url);
    expect(sumUp(findings)).toBe('warning');
    expect(findings).toMatchObject([
      {
        seen: `${model.url}/health has not answered within 0.3 s, but accepts connections: it is busy with a call, or it hangs`,
        advice: expect.stringMatching(/^While jobs run, wait.* restart it\.$/),
      },
    ]);
    gate.open();
  });

  test('that says that it cannot serve is wrong', async () => {
    await using model = await startFakeModelService();
    model.answer('/health', { status: 503, json: { detail: 'loading' } });
    expect(await check(model.url)).toMatchObject([
      { level: 'wrong', seen: 'it answers with status 503', advice: expect.any(String) },
    ]);
  });

  test.each([
    ['refuses connections', '127.0.0.1', 'ECONNREFUSED', /^Start it, or set MODEL_SERVICE_URL/],
    ['has no such name', 'models.invalid', 'ENOTFOUND|EAI_AGAIN', /^No host of that name is known/],
  ])('whose host %s is down', async (_what, host, code, advice) => {
    const findings = await check(`http://${host}:${await findFreePort()}`);
    expect(findings).toMatchObject([
      {
        level: 'wrong',
        seen: expect.stringMatching(`it cannot be reached \\((${code})\\)`),
        advice: expect.stringMatching(advice),
      },
    ]);
  });
});

test.each([
  [
    { PostgreSQL: 400, Redis: -500 },
    'ok',
    'PostgreSQL is 400 ms ahead of this host, Redis is 500 ms behind this host',
  ],
  [{ PostgreSQL: 700, Redis: -700 }, 'warning', 'up to 1400 ms apart'],
  [{ Redis: -5_200 }, 'wrong', 'up to 5200 ms apart'],
])('clocks as far apart as %o are %s', (offsets, level, seen) => {
  expect(judgeClocks(offsets)).toMatchObject({ level, seen: expect.stringContaining(seen) });
});
