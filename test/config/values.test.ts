import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/config/environment/environment.ts';
import { readConfigWithFiles } from '../../src/config/environment/secrets.ts';
import { listVariables } from '../../src/config/environment/variables.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';
import { listProblems, services as stack } from './list-problems.ts';

const services = { ...stack, AUTH_MODE: 'keys' };
const variables = listVariables(jobDefinitions);

describe('a wrong value', () => {
  test.each([
    [{ PORT: 'abc' }, 'PORT: "abc" is given; it must be a whole number from 0 to 65535.'],
    [{ PORT: '1.5' }, 'PORT: "1.5" is given; it must be a whole number from 0 to 65535.'],
    [{ PORT: '-1.5' }, 'PORT: "-1.5" is given; it must be a whole number from 0 to 65535.'],
    [
      { METRICS_PORT: 'tcp://10.0.0.1:9090' },
      'METRICS_PORT: "tcp://10.0.0.1:9090" is given; it must be a whole number from 0 to 65535; Kubernetes and Docker set this for a service called metrics: set METRICS_PORT itself, or turn that off (enableServiceLinks: false).',
    ],
    [
      { LOG_LEVEL: 'loud' },
      'LOG_LEVEL: "loud" is given; it must be one of trace, debug, info, warn, error, fatal, silent.',
    ],
    [
      { INTROSPECTION: 'yes' },
      'INTROSPECTION: "yes" is given; it must be one of 0, 1, true, false.',
    ],
    [
      { MODEL_TIMEOUT_MS: '10m' },
      'MODEL_TIMEOUT_MS: "10m" is given; it must be a whole number from 0 to 604800000.',
    ],
    [
      { PORT: '"4000"' },
      String.raw`PORT: "\"4000\"" is given; it must be a whole number from 0 to 65535; leave the quotation marks out.`,
    ],
    [
      { ...services, MODEL_SERVICE_TOKEN: 'süß-süß-süß' },
      'MODEL_SERVICE_TOKEN: it must be a bearer token: only letters, digits and - . _ ~ + / =.',
    ],
    [
      { ...services, MODEL_SERVICE_TOKEN: 'short' },
      'MODEL_SERVICE_TOKEN: it must have 8 characters or more.',
    ],
  ] satisfies [Environment, string][])('as of %o is said with what is wanted', (env, problem) => {
    expect(listProblems(env)).toEqual([problem]);
  });

  test.each(variables.map((it) => [it.name, it] as const))(
    'of %s is one line without jargon, once, and without what is secret',
    (name, { isSecret }) => {
      for (const given of [
        'sesame:\u0001',
        '-1',
        '1e99',
        'tcp://u:sesame@[',
        'redis://h?password=sesame@x#y',
        `{"a": 'b'}`,
      ]) {
        const problems = listProblems({ ...services, [name]: given });
        const ofIt = problems.filter((it) => it.startsWith(`${name}: `));
        expect(ofIt.length).toBeLessThan(2);
        if (ofIt.length > 0) expect(problems).toEqual(ofIt);
        for (const problem of problems) {
          expect(problem).not.toMatch(/✖|invalid|expected|NaN|regex|undefined|too (big|small)/i);
          if (isSecret) expect(problem).not.toContain('sesame');
        }
      }
    },
  );

  test('hides no other: all are said at once, files that cannot be read included', () => {
    const env = {
      PORT: 'abc',
      REDIS_URL: '10.0.0.1:6379',
      DATABASE_URL_FILE: '/nowhere/url',
      JOBS_PER_MINUT: '5',
      CLAIM_EXTRACTION_ATTEMPTS: '0',
    };
    expect(() => readConfigWithFiles(env, jobDefinitions)).toThrow(
      [
        'DATABASE_URL_FILE: /nowhere/url cannot be read (ENOENT).',
        'PORT: "abc" is given; it must be a whole number from 0 to 65535.',
        'REDIS_URL: 10.0.0.1:6379 is given; it has no scheme: it must begin with redis:// or rediss://, as redis://10.0.0.1:6379.',
        'AUTH_MODE is required with REDIS_URL and DATABASE_URL: jwt, keys, or none, which gives everybody access.',
        'CLAIM_EXTRACTION_ATTEMPTS: "0" is given; it must be a whole number from 1 to 1000000.',
        'MODEL_SERVICE_URL is required with REDIS_URL and DATABASE_URL.',
        'JOBS_PER_MINUT is set, but there is no such variable. Did you mean JOBS_PER_MINUTE?',
      ].join('\n'),
    );
  });

  test.each([
    { ...services, REDIS_URL: 'amqp://redis' },
    {
      REDIS_URL: services.REDIS_URL,
      DATABASE_URL: 'postgres://a:b',
      AUTH_MODE: 'keys',
      MODEL_SERVICE_URL: services.MODEL_SERVICE_URL,
    },
    { ...services, REDIS_URL: 'redis.example', REDIS_CA: '-----BEGIN CERTIFICATE-----' },
    { ...services, MODEL_SERVICE_URL: 'models', MODEL_SERVICE_TOKEN: 'a-token-of-ours' },
    { ...services, AUTH_MODE: 'open', NODE_ENV: 'production', AUTH_JWT_ISSUER: 'x' },
    { ...services, AUTH_MODE: '', NODE_ENV: 'production', AUTH_JWT_ISSUER: 'x' },
    { CORS_ORIGINS: '*', CORS_CREDENTIALS: '1' },
    { JOB_RETENTION_DAYS: 'ever', RESULT_RETENTION_DAYS: '30' },
    {
      AUTH_MODE: 'jwt',
      AUTH_JWKS_URL: 'accounts.example',
      AUTH_JWT_ISSUER: 'x',
      AUTH_JWT_AUDIENCE: 'x',
    },
  ] satisfies Environment[])('is one fault, whatever follows from it: %o', (env) => {
    expect(listProblems(env)).toHaveLength(1);
  });
});
