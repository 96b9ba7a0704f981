import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { explainFailure } from '../../src/commands/explain-failure.ts';
import { listExposures } from '../../src/config/exposures.ts';
import {
  describeEnvironment,
  listSecretValues,
  readSecretFiles,
} from '../../src/config/environment/secrets.ts';
import { readConfig } from '../../src/config/config.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';
import { runApp } from '../environment/app/app-process.ts';
import { runDoctor } from '../environment/app/doctor.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();
/** Some tests run the program, which takes seconds on a busy machine. */
vi.setConfig({ testTimeout: 60_000 });

const password = 'hunter2-hunter2';
const redisUrl = `redis://worker:${password}@redis.example:6379`;
const databaseUrl = 'postgres://fovea@127.0.0.1:1/fovea';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fovea-secrets-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('NAME_FILE', () => {
  test.each(['\n', '\r\n', ''])(
    'names a file with the value, whose last break %j is cut',
    async (end) => {
      const REDIS_URL_FILE = await write('redis', `${redisUrl}${end}`);
      const env = readSecretFiles({ REDIS_URL_FILE, PORT: '1' });
      expect(env).toEqual({ REDIS_URL: redisUrl, PORT: '1' });
      expect(listSecretValues({ REDIS_URL_FILE })).toEqual([redisUrl]);
    },
  );

  test('empty is as if it were not set', () => {
    const env = { REDIS_URL: redisUrl, REDIS_URL_FILE: '' };
    expect(readSecretFiles(env)).toEqual({ REDIS_URL: redisUrl });
  });

  test('of what is no secret is not read', () => {
    expect(readSecretFiles({ PORT_FILE: '/nowhere' })).toEqual({ PORT_FILE: '/nowhere' });
  });

  test('beside NAME, not there, no file, empty: each is a problem, all are said, and no content is', async () => {
    const env = {
      REDIS_URL: redisUrl,
      REDIS_URL_FILE: await write('redis', redisUrl),
      DATABASE_URL_FILE: join(folder, 'none'),
      MODEL_SERVICE_TOKEN_FILE: folder,
      REDIS_CA_FILE: await write('empty', '\n'),
    };
    const problems = [
      'REDIS_URL and REDIS_URL_FILE are both set: leave one out.',
      `REDIS_CA_FILE: ${folder}/empty is empty.`,
      `DATABASE_URL_FILE: ${folder}/none cannot be read (ENOENT).`,
      `MODEL_SERVICE_TOKEN_FILE: ${folder} cannot be read (EISDIR).`,
    ];
    expect(() => readSecretFiles(env)).toThrow(
      expect.objectContaining({ name: 'ConfigError', message: problems.join('\n') }),
    );
    // What is wrong elsewhere hides no secret from those who redact.
    expect(listSecretValues(env)).toEqual([redisUrl]);
  });

  test('stops a start, and the doctor says why', async () => {
    const env = { DATABASE_URL_FILE: join(folder, 'none'), AUTH_MODE: 'none' };
    const problem = `DATABASE_URL_FILE: ${folder}/none cannot be read (ENOENT).`;
    await using program = runApp('migrate', env);
    expect(await program.ended).toBe(1);
    expect(program.output).toBe(`${problem}\n`);
    const { code, findings } = await runDoctor(env);
    expect(code).toBe(1);
    expect(findings).toMatchObject([{ check: 'configuration', level: 'wrong', seen: problem }]);
  });
});

test('a start that fails says nothing of a secret, be it from a file or not', async () => {
  const REDIS_URL_FILE = await write('redis', redisUrl);
  const env = {
    AUTH_MODE: 'none',
    REDIS_URL_FILE,
    DATABASE_URL: databaseUrl.replace('fovea@', `fovea:${password}@`),
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

test('a problem of a secret does not quote it', () => {
  const env = {
    AUTH_MODE: 'none',
    REDIS_URL: `amqp://${password}@host`,
    MODEL_SERVICE_TOKEN: `${password}\u00fc`,
  };
  expect(() => readConfig(env, jobDefinitions)).toThrow(/REDIS_URL/);
  expect(() => readConfig(env, jobDefinitions)).not.toThrow(new RegExp(password));
});

test('an error that nobody expected is printed with its stack', () => {
  expect(explainFailure(new TypeError('odd'), {})).toMatch(/^TypeError: odd\n +at /);
});

test('what is set can be shown', () => {
  const env = {
    PORT: '1',
    REDIS_URL: redisUrl,
    REDIS_CA: 'PEM',
    CLAIM_EXTRACTION_ATTEMPTS: '2',
    HOST: ' ',
    OTHER: 'x',
  };
  expect(describeEnvironment(env, jobDefinitions)).toEqual({
    PORT: '1',
    REDIS_URL: '[redacted]',
    REDIS_CA: '[given]',
    CLAIM_EXTRACTION_ATTEMPTS: '2',
  });
});

test.each([
  ['as JSON', 'false'],
  ['for a person', 'true'],
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

describe('at start, and by the doctor, is warned of', () => {
  const base = { AUTH_MODE: 'none', MODEL_SERVICE_URL: 'http://127.0.0.1:1' };
  const seenOf = (env: Record<string, string>) =>
    listExposures(readConfig({ ...base, ...env }, jobDefinitions)).map(({ seen }) => seen);

  test.each([
    ['redis://redis.example', databaseUrl, ['asks for no password', 'to Redis']],
    ['rediss://redis.example', databaseUrl, ['asks for no password']],
    ['rediss://user:word@redis.example', databaseUrl, []],
    ['redis+sentinel://:word@127.0.0.1,redis.example/m', databaseUrl, ['to Redis']],
    ['rediss+sentinel://a,b/m', databaseUrl, ['asks for no password']],
    ['redis://127.0.0.1', 'postgres://u@db.example/d', ['to PostgreSQL']],
    ['redis://[::1]', 'postgres://u@db.example/d?sslmode=no-verify', ['to PostgreSQL']],
    [
      'redis://localhost',
      'postgres://u@db.example/d?sslmode=require&uselibpqcompat=true',
      ['to PostgreSQL'],
    ],
    ['redis://localhost', 'postgres://u@db.example/d?sslmode=verify-full', []],
    ['redis://localhost', 'postgres://u@localhost/d?host=/run/postgresql', []],
    ['redis://localhost', 'postgres://u@localhost/d?host=db.example', ['to PostgreSQL']],
  ])('%s with %s: %j', (REDIS_URL, DATABASE_URL, parts) => {
    const seen = seenOf({ REDIS_URL, DATABASE_URL });
    expect(seen).toEqual(parts.map((part) => expect.stringContaining(part)));
  });

  test.each([
    ['http://models.example', 1],
    ['https://models.example', 0],
    ['http://localhost:8000', 0],
  ])('a token that is sent to %s: %i', (MODEL_SERVICE_URL, length) => {
    expect(seenOf({ MODEL_SERVICE_URL, MODEL_SERVICE_TOKEN: 'a-token-of-ours' })).toHaveLength(
      length,
    );
    expect(seenOf({ MODEL_SERVICE_URL })).toEqual([]);
  });

  test.each([
    [{ REDIS_CA: 'x' }, 'not a certificate in PEM'],
    [
      { MODEL_SERVICE_TOKEN: 'a-token-of-ours', MODEL_SERVICE_URL: '' },
      'without MODEL_SERVICE_URL',
    ],
    [{ MODEL_SERVICE_URL: 'https://u:p@models.example' }, 'has a user, which is not sent'],
  ])('and %j is refused', (env, problem) => {
    expect(() => seenOf(env as Record<string, string>)).toThrow(problem);
  });
});
