import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { startAppProcess } from '../../environment/app/app-process.ts';
import { createTestStack } from '../../environment/app/app.ts';
import type { TestStack } from '../../environment/app/app.ts';
import { runDoctor, withAdvice } from '../../environment/app/doctor.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, startJob } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { findFreePort } from '../../environment/programs/service-process.ts';

expectNoLeaks();

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
      {
        check: 'jobs',
        level: 'ok',
        seen: '1 job not finished: the next start continues with them',
      },
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
    expect(findings[1]?.seen).toContain('the first start creates it');
    await expect(rm(folder, { recursive: true })).rejects.toThrow('ENOENT');
  });
});
