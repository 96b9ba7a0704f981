import { spawn } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { runApp, startAppProcess } from '../../environment/app/app-process.ts';
import { runDoctor } from '../../environment/app/doctor.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();
const password = 'hunter2-hunter2';
const redisUrl = `redis://worker:${password}@redis.example:6379`;

test('a file that cannot be read stops a start, and the doctor says why', async () => {
  const env = { DATABASE_URL_FILE: '/nowhere/none', AUTH_MODE: 'none' };
  const problem = `DATABASE_URL_FILE: /nowhere/none cannot be read (ENOENT).`;
  await using program = runApp('migrate', env);
  expect(await program.ended).toBe(1);
  expect(program.output).toBe(`${problem}\n`);
  const { code, findings } = await runDoctor(env);
  expect(code).toBe(1);
  expect(findings).toMatchObject([{ check: 'configuration', level: 'wrong', seen: problem }]);
});

test('a start that fails says nothing of a secret, be it from a file or not', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'fovea-secrets-'));
  const REDIS_URL_FILE = join(folder.path, 'redis');
  await writeFile(REDIS_URL_FILE, redisUrl);
  const env = {
    AUTH_MODE: 'none',
    REDIS_URL_FILE,
    DATABASE_URL: `postgres://fovea:${password}@127.0.0.1:1/fovea`,
    MODEL_SERVICE_URL: 'http://127.0.0.1:1',
    MODEL_SERVICE_TOKEN: `${password}-token`,
    STARTUP_TIMEOUT_MS: '0',
    LOG_LEVEL: 'trace',
  };
  await using program = runApp('all', env);
  expect(await program.ended).toBe(1);
  expect(program.output).toContain('did not answer within 0 ms');
  expect(program.output).toContain('"REDIS_URL":"[redacted]"');
  expect(program.output).not.toContain(password);
});

test.each([
  ['as JSON', 'false'],
  ['pretty-printed', 'true'],
])('no logger %s writes a secret, whatever it is given', async (_how, pretty) => {
  const script = `
    import { createLogger } from './src/platform/logger.ts';
    const secret = process.argv[1];
    const logger = createLogger('info', ${pretty}, ['redis://user:' + secret + '@host']);
    logger.info({ secret, list: [secret] }, 'said ' + secret);
    logger.child({ [secret]: 1 }).error(new Error('failed with ' + secret));
    logger.info({ headers: { authorization: 'Bearer ' + 'a'.repeat(30) } }, 'end of log');`;
  const args = ['--input-type=module-typescript', '-e', script, password];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const output = await text(child.stdout);
  expect(output).toContain('end of log');
  expect(output).toContain('failed with [redacted]');
  expect(output).not.toContain(password);
  expect(output).not.toContain('aaaa');
});

test('the baseline model starts in production without a mode, and asks for its token alone', async () => {
  const token = 'a-token-of-ours';
  const env = { NODE_ENV: 'production', MODEL_SERVICE_TOKEN: token };
  await using program = await startAppProcess('model-service', env);
  const url = new URL('/health', program.url);
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  program.kill('SIGTERM');
  expect(await program.ended).toBe(0);
});
