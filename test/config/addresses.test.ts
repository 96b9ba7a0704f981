import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listProblems, services as stack } from './list-problems.ts';

const services = { ...stack, AUTH_MODE: 'keys' };

describe('an address', () => {
  const redis = 'as redis://:password@host:6379';
  test.each([
    [
      '10.0.0.1:6379',
      '10.0.0.1:6379 is given; it has no scheme: it must begin with redis:// or rediss://, as redis://10.0.0.1:6379',
    ],
    [
      'redis.example',
      'it has no scheme: it must begin with redis:// or rediss://, as redis://:password@host:6379',
    ],
    [
      'redis:6379',
      'redis:6379 is given; it has no scheme: it must begin with redis:// or rediss://, as redis://redis:6379',
    ],
    [
      ':sesame@redis:6379',
      `…@redis:6379 is given; it has no scheme: it must begin with redis:// or rediss://, ${redis}`,
    ],
    [
      'http://redis:6379',
      `http://redis:6379 is given; it must begin with redis:// or rediss://, ${redis}`,
    ],
    [
      'valkey://redis:6379',
      'valkey://redis:6379 is given; write redis:// in the place of valkey://',
    ],
    [
      'redis://:ses#me@redis:6379',
      'redis://…@redis:6379 is given; its user or password must be percent-encoded: write "#" as %23',
    ],
    [
      'redis://u:1#ses@redis:6379/0',
      'redis://…@redis:6379… is given; its user or password must be percent-encoded: write "#" as %23',
    ],
    [
      'redis://:se/s?a@me@redis',
      'redis://…@redis is given; its user or password must be percent-encoded: write "/" as %2F, "?" as %3F',
    ],
    [
      'redis://:50%sesame@redis',
      'redis://…@redis is given; its user or password must be percent-encoded: write "%" as %25',
    ],
    [
      'redis+sentinel://a:26379,b:26379',
      'redis+sentinel://a:26379,b:26379 is given; after the Sentinels there must be the name of their master, as in redis+sentinel://a:26379,b:26379/mymaster',
    ],
    [
      'redis+sentinel://a:26379,b:port/mymaster',
      'what stands after the host and its colon must be a port, from 1 to 65535',
    ],
    [
      'redis-sentinel://:sesame@a:26379',
      'redis-sentinel://…@a:26379 is given; write redis+sentinel:// in the place of redis-sentinel://',
    ],
    [
      'host1:6379,host2:6379',
      'host1:6379,host2:6379 is given; it has no scheme: it must begin with redis:// or rediss://, as redis://host1:6379,host2:6379',
    ],
    [
      'redis://host:6379#0',
      'redis://host:6379… is given; it must not have a #; as part of a password, that is written %23',
    ],
    [
      'redis://host:port',
      'what stands after the host and its colon must be a port, from 1 to 65535',
    ],
    [
      'redis://host:99999',
      'redis://host:99999 is given; what stands after the host and its colon must be a port, from 1 to 65535',
    ],
    ['redis://', `it names no host: write it ${redis}`],
    [
      'redis://host/jobs',
      'redis://host… is given; after the host there may only be the number of a database, as in redis://host:6379/0',
    ],
    ['redis://:sesame', 'what stands after the host and its colon must be a port, from 1 to 65535'],
    ['sesame', `it has no scheme: it must begin with redis:// or rediss://, ${redis}`],
  ])('of Redis as %s says how to write it', (REDIS_URL, problem) => {
    expect(listProblems({ ...services, REDIS_URL })).toEqual([`REDIS_URL: ${problem}.`]);
  });

  const postgres = 'as postgres://user:password@host:5432/database';
  test.each([
    [
      'db:5432/fovea',
      `db:5432… is given; it has no scheme: it must begin with postgres:// or postgresql://, ${postgres}`,
    ],
    [
      'host=db dbname=fovea password=sesame',
      `it has no scheme: it must begin with postgres:// or postgresql://, ${postgres}`,
    ],
    [
      'jdbc:postgresql://db/fovea',
      'jdbc:postgresql://db… is given; write postgres:// in the place of jdbc:postgresql://',
    ],
    [
      'postgresql+asyncpg://u:sesame@db/fovea',
      'postgresql+asyncpg://…@db… is given; write postgres:// in the place of postgresql+asyncpg://',
    ],
    [
      'postgres://u:se#same@db/fovea',
      'postgres://…@db… is given; its user or password must be percent-encoded: write "#" as %23',
    ],
    [
      'postgres://a:5432,b:5432/fovea',
      `postgres://a:5432,b:5432… is given; it must lead to one server: name the primary, or a proxy that follows it, such as HAProxy or PgBouncer, ${postgres}`,
    ],
    ['postgres://u:sesame@/fovea', `it names no host: write it ${postgres}`],
    [
      'postgres://u:sesame%a0@db/fovea',
      'postgres://…@db… is given; its user or password must be percent-encoded: write "%" as %25',
    ],
    [
      'postgres://u:sesame@db/100%',
      'postgres://…@db… is given; a % in it begins no escaped character: write % itself as %25',
    ],
  ])('of PostgreSQL as %s says how to write it', (DATABASE_URL, problem) => {
    expect(listProblems({ ...services, DATABASE_URL })).toEqual([`DATABASE_URL: ${problem}.`]);
  });

  test.each([
    [
      'model-service:8000',
      'model-service:8000 is given; it has no scheme: it must begin with http:// or https://, as http://model-service:8000',
    ],
    [
      'http://u:se#same@models',
      'http://…@models is given; its user or password must be percent-encoded: write "#" as %23',
    ],
    [
      'http://a:8000,http://b:8000',
      'it must lead to one server: name a load balancer in front of them, as http://host:8000',
    ],
    [
      'http://a,b',
      'http://a,b is given; it must lead to one server: name a load balancer in front of them, as http://host:8000',
    ],
    ['https://', 'it names no host: write it as http://host:8000'],
  ])('of the model service as %s says how to write it', (MODEL_SERVICE_URL, problem) => {
    expect(listProblems({ ...services, MODEL_SERVICE_URL })).toEqual([
      `MODEL_SERVICE_URL: ${problem}.`,
    ]);
  });

  test.each([
    { REDIS_URL: 'rediss://user:pa%23ss%2F@redis.example:6380/3?family=6' },
    { REDIS_URL: 'redis://[::1]:6379' },
    { REDIS_URL: 'redis://:pa@ss@redis' },
    { DATABASE_URL: 'postgresql://u:p%25@db.example/fovea?sslmode=verify-full&options=-c%20a%3Db' },
    { DATABASE_URL: 'postgres:///fovea?host=/run/postgresql' },
    { DATABASE_URL: 'postgres://%2Frun%2Fpostgresql/fovea' },
    { MODEL_SERVICE_URL: 'http://model_service:8000/base/' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://[fe80::1]:4318' },
  ])('as %o is right', (env) => {
    expect(listProblems({ ...services, ...env })).toEqual([]);
  });
});

test('no password is shown, whatever it is, and one that is written as it is told to is right', () => {
  const password = fc.string({ minLength: 6, maxLength: 20, unit: 'binary-ascii' });
  const addresses = {
    REDIS_URL: (text: string) => `redis://:${text}@redis.example:6379/0`,
    DATABASE_URL: (text: string) => `postgres://fovea:${text}@db.example/fovea`,
  };
  fc.assert(
    fc.property(password, fc.constantFrom('REDIS_URL', 'DATABASE_URL'), (text, name) => {
      fc.pre(text.trim().length >= 6);
      const write = addresses[name];
      expect(listProblems({ ...services, [name]: write(text) }).join('\n')).not.toContain(text);
      expect(listProblems({ ...services, [name]: write(encodeURIComponent(text)) })).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
