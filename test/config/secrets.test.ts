import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  describeEnvironment,
  listSecretValues,
  readSecretFiles,
} from '../../src/config/environment/secrets.ts';
import { readConfig } from '../../src/config/config.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';

const password = 'hunter2-hunter2';
const redisUrl = `redis://worker:${password}@redis.example:6379`;

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
      `DATABASE_URL_FILE: ${folder}/none cannot be read (ENOENT).`,
      `REDIS_CA_FILE: ${folder}/empty is empty.`,
      `MODEL_SERVICE_TOKEN_FILE: ${folder} cannot be read (EISDIR).`,
    ];
    expect(() => readSecretFiles(env)).toThrow(
      expect.objectContaining({ name: 'ConfigError', message: problems.join('\n') }),
    );
    // What is wrong elsewhere hides no secret from those who redact.
    expect(listSecretValues(env)).toEqual([redisUrl]);
  });
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
