import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { listExposures } from '../../src/config/exposures.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';

const databaseUrl = 'postgres://fovea@127.0.0.1:1/fovea';

describe('at start, and by the doctor, is warned of', () => {
  const base = { AUTH_MODE: 'none', MODEL_SERVICE_URL: 'http://127.0.0.1:1' };
  const seenOf = (env: Record<string, string>) =>
    listExposures(readConfig({ ...base, ...env }, jobDefinitions)).map(({ seen }) => seen);

  test.each([
    ['redis://redis.example', databaseUrl, ['requires no password', 'to Redis']],
    ['rediss://redis.example', databaseUrl, ['requires no password']],
    ['rediss://user:word@redis.example', databaseUrl, []],
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
    [{ REDIS_CA: 'x' }, 'must be a certificate in PEM'],
    [
      { MODEL_SERVICE_TOKEN: 'a-token-of-ours', MODEL_SERVICE_URL: '' },
      'without MODEL_SERVICE_URL',
    ],
    [{ MODEL_SERVICE_URL: 'https://u:p@models.example' }, 'has a user, which is not sent'],
  ])('and %j is refused', (env, problem) => {
    expect(() => seenOf(env as Record<string, string>)).toThrow(problem);
  });
});
