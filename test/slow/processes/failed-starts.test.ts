import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack } from '../../environment/app/app.ts';
import { runApp, startAppProcess } from '../../environment/app/app-process.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

let model: FakeModelService;

beforeAll(async () => {
  model = await startFakeModelService();
});

afterAll(async () => {
  await model[Symbol.asyncDispose]();
});

describe('a process that cannot begin', () => {
  test('is refused the data folder of another one', async () => {
    await using stack = await createTestStack('embedded');
    const env = { ...stack.env, MODEL_SERVICE_URL: model.url };
    await using app = await startAppProcess('all', env);
    await using second = runApp('all', env);
    expect(await second.ended).toBe(1);
    expect(second.output).toMatch(
      /^\S+ is in use by another fovea-jobs, perhaps in another container: stop that one, or set DATA_DIR/m,
    );
    expect(app.url).not.toBe('');
  });

  test('says in one line why it cannot listen, and leaves nothing running', async () => {
    const port = new URL(model.url).port;
    const cases = [
      [
        { HOST: '192.0.2.1' },
        'listen EADDRNOTAVAIL: address not available 192.0.2.1: set HOST to an address of this machine.\n',
      ],
      [
        { PORT: port },
        `listen EADDRINUSE: address already in use 127.0.0.1:${port}: set PORT to another port.\n`,
      ],
    ] as const;
    const start = async ([env, line]: (typeof cases)[number]) => {
      await using stack = await createTestStack('embedded');
      const given = { ...stack.env, MODEL_SERVICE_URL: model.url, LOG_LEVEL: 'error' };
      await using app = runApp('all', { ...given, ...env });
      expect({ code: await app.ended, output: app.output }).toEqual({ code: 1, output: line });
    };
    await Promise.all(cases.map(start));
  });

  test('waits for Redis, says so, and gives up with one line', async () => {
    await using stack = await createTestStack('external');
    const env = { ...stack.env, MODEL_SERVICE_URL: model.url, STARTUP_TIMEOUT_MS: '500' };
    const more = { REDIS_URL: 'redis://127.0.0.1:1', JOBS_PER_MINUT: '5' };
    await using app = runApp('all', { ...env, ...more });
    expect(await app.ended).toBe(1);
    expect(app.output).toContain('"variable":"JOBS_PER_MINUT","suggestion":"JOBS_PER_MINUTE"');
    expect(app.output).toContain('waiting for a service');
    expect(app.output.trimEnd().split('\n').at(-1)).toBe(
      'Redis did not answer within 500 ms: ECONNREFUSED',
    );
  });

  test('says to an older Node.js in one line which one it needs', async () => {
    const older = `{ value: { ...process.versions, node: '20.20.2' } }`;
    const code = `Object.defineProperty(process, 'versions', ${older})`;
    const args = ['--import', `data:text/javascript,${code}`, 'src/main.ts', 'worker'];
    const run = promisify(execFile)(process.execPath, args, {
      cwd: join(import.meta.dirname, '../../..'),
    });
    await expect(run).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^fovea-jobs needs Node.js 24 or newer, and this is 20.20.2: .*\n$/,
      ),
    });
  });

  test('refuses a database that is newer than itself', async () => {
    await using stack = await createTestStack('external');
    const client = new pg.Client({ connectionString: stack.env['DATABASE_URL'] });
    await client.connect();
    await client.query(
      `insert into kysely_migration (name, timestamp) values ('9999-later', now())`,
    );
    await client.end();
    await using app = runApp('api', { ...stack.env, MODEL_SERVICE_URL: model.url });
    expect(await app.ended).toBe(1);
    expect(app.output).toContain('The database is newer than this version: it has 9999-later.');
  });
});
