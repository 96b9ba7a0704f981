import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/environment/problems.ts';
import type { Environment } from '../../src/config/environment/environment.ts';
import { listMisspelled } from '../../src/config/environment/misspelled.ts';
import { readConfigWithFiles } from '../../src/config/environment/secrets.ts';
import { listVariables } from '../../src/config/environment/variables.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';

const services = {
  REDIS_URL: 'redis://127.0.0.1',
  DATABASE_URL: 'postgres://127.0.0.1/fovea',
  MODEL_SERVICE_URL: 'http://127.0.0.1:8000',
  AUTH_MODE: 'keys',
};
const variables = listVariables(jobDefinitions);
const certificate = '-----BEGIN CERTIFICATE-----';

/** All problems, as the program prints them; empty: there are none. */
function listProblems(env: Environment): string[] {
  try {
    readConfig(env, jobDefinitions);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n');
  }
}

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
      'MODEL_SERVICE_TOKEN: it must be a bearer token: letters, digits and - . _ ~ + / = alone.',
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
        'AUTH_MODE is required beside REDIS_URL and DATABASE_URL: jwt, keys, or none, which lets everybody in.',
        'CLAIM_EXTRACTION_ATTEMPTS: "0" is given; it must be a whole number from 1 to 1000000.',
        'MODEL_SERVICE_URL is required beside REDIS_URL and DATABASE_URL.',
        'JOBS_PER_MINUT is set, and nobody reads it: it resembles JOBS_PER_MINUTE.',
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
    { REDIS_URL: 'redis+sentinel://user:pa%2Css@a:26379,[::1]:26380,c/my-master/2' },
    {
      REDIS_URL: 'rediss+sentinel://a/m',
      REDIS_SENTINEL_PASSWORD: 'sesame',
      REDIS_CA: certificate,
    },
    { REDIS_URL: 'redis+sentinel://a/m', REDIS_NAT_MAP: '10.0.0.1:6379=a:1,[fe80::1]:6379=b:2' },
    { REDIS_URL: 'redis://:pw@a:6379,b:6379', REDIS_CLUSTER: 'true', REDIS_PREFIX: '{jobs}' },
    { REDIS_URL: 'rediss://a', REDIS_CLUSTER: '1', REDIS_NAT_MAP: '10.0.0.1:6379=a:1' },
    { DATABASE_URL: 'postgresql://u:p%25@db.example/fovea?sslmode=verify-full&options=-c%20a%3Db' },
    { DATABASE_URL: 'postgres:///fovea?host=/run/postgresql' },
    { DATABASE_URL: 'postgres://%2Frun%2Fpostgresql/fovea' },
    { MODEL_SERVICE_URL: 'http://model_service:8000/base/' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://[fe80::1]:4318' },
  ])('as %o is right', (env) => {
    expect(listProblems({ ...services, ...env })).toEqual([]);
  });
});

test.each([
  [{ REDIS_URL: 'redis://a,b' }, 'several hosts: set REDIS_CLUSTER=true'],
  [{ REDIS_URL: 'redis+sentinel://a/m', REDIS_CLUSTER: 'true' }, 'leave one out'],
  [{ REDIS_URL: 'redis://a,b/1', REDIS_CLUSTER: 'true' }, 'a Cluster has 0 alone'],
  [{ REDIS_SENTINEL_PASSWORD: 'sesame' }, 'does not begin with redis+sentinel://'],
  [{ REDIS_NAT_MAP: '10.0.0.1:6379=a:1' }, 'neither Sentinels nor a Cluster'],
  [{ REDIS_CLUSTER: 'true', REDIS_NAT_MAP: '10.0.0.1=a' }, 'it must be pairs of host:port'],
  [{ REDIS_PREFIX: '{a}b' }, 'in braces or without'],
] satisfies [Environment, string][])('Redis as in %o is refused', (env, problem) => {
  expect(listProblems({ ...services, ...env })).toEqual([expect.stringContaining(problem)]);
});

test('a Redis is taken apart, and the keys of a Cluster are in one slot', () => {
  const read = (env: Environment) => {
    const { stack } = readConfig({ ...services, ...env }, jobDefinitions);
    if (stack.kind === 'embedded') throw new Error('embedded');
    return stack.redis;
  };
  const url = 'rediss+sentinel://user:pa%2Css@a,[::1]:26380/my-master/2';
  expect(read({ REDIS_URL: url, REDIS_NAT_MAP: '10.0.0.1:6379=[::1]:6380' })).toMatchObject({
    location: {
      isTls: true,
      hosts: [
        { host: 'a', port: 26_379 },
        { host: '::1', port: 26_380 },
      ],
      masterName: 'my-master',
      username: 'user',
      password: 'pa,ss',
      database: 2,
    },
    natMap: { '10.0.0.1:6379': { host: '::1', port: 6380 } },
    prefix: 'fovea',
  });
  const cluster = { REDIS_URL: 'redis://a,b:1', REDIS_CLUSTER: 'true' };
  expect(read(cluster)).toMatchObject({ isCluster: true, prefix: '{fovea}' });
  expect(read({ ...cluster, REDIS_PREFIX: '{jobs}' })).toMatchObject({ prefix: '{jobs}' });
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

describe('a variable that nobody reads', () => {
  const resembled = (env: Environment) =>
    listMisspelled(env, jobDefinitions).map(({ resembles }) => resembles);

  test.each([
    ['JOBS_PER_MINUT', 'JOBS_PER_MINUTE'],
    ['JOB_PER_MINUTE', 'JOBS_PER_MINUTE'],
    ['JOBS_PRE_MINUTE', 'JOBS_PER_MINUTE'],
    ['DATABASE_POOLSIZE', 'DATABASE_POOL_SIZE'],
    ['databasePoolSize', 'DATABASE_POOL_SIZE'],
    ['DB_POOL_SIZE', 'DATABASE_POOL_SIZE'],
    ['REDIS_URI', 'REDIS_URL'],
    ['REDIS_URI_FILE', 'REDIS_URL_FILE'],
    ['redis_url', 'REDIS_URL'],
    ['URL_REDIS', 'REDIS_URL'],
    ['VALKEY_URL', 'REDIS_URL'],
    ['POSTGRES_URL', 'DATABASE_URL'],
    ['DATBASE_URL', 'DATABASE_URL'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['TRUSTED_PROXY', 'TRUSTED_PROXIES'],
    ['MODEL_URL', 'MODEL_SERVICE_URL'],
    ['MODEL_TIMEOUT', 'MODEL_TIMEOUT_MS'],
    ['MODEL_SERVICE_TIMEOUT_MS', 'MODEL_TIMEOUT_MS'],
    ['SHUTDOWN_GRACE_SECONDS', 'SHUTDOWN_GRACE_MS'],
    ['METRIC_PORT', 'METRICS_PORT'],
    ['VIDEO_SUMMARIZATION_CONCURENCY', 'VIDEO_SUMMARIZATION_CONCURRENCY'],
    ['CLAIMS_EXTRACTION_ATTEMPTS', 'CLAIM_EXTRACTION_ATTEMPTS'],
    ['VIDEO_CONCURRENCY', 'VIDEO_SUMMARIZATION_CONCURRENCY'],
    ['SYNTHESIS_DEADLINE_MS', 'CLAIM_SYNTHESIS_DEADLINE_MS'],
  ])('and that is called %s is taken for %s', (name, resembles) => {
    expect(resembled({ [name]: '5' })).toEqual([resembles]);
    expect(resembled({ [name]: ' ' })).toEqual([]);
  });

  test('and that begins as those of a queue is taken for one of them', () => {
    expect(resembled({ CLAIM_SYNTHESIS_WORKERS: '5' })).toEqual([
      expect.stringMatching(/^those of the queue claim-synthesis, CLAIM_SYNTHESIS_CONCURRENCY, /),
    ]);
  });

  test('is another program’s, if the one that it could mean is set, and it is no slip', () => {
    const env = { DATABASE_URL: 'a', POSTGRES_URL: 'b', REDIS_URL: 'c', REDIS_URI: 'd' };
    expect(resembled(env)).toEqual(['REDIS_URL']);
  });

  test('is not spoken of, where it is the environment’s own', () => {
    const foreign = `PATH HOME HOSTNAME SHELL USER LOGNAME PWD OLDPWD LANG LC_ALL TERM TZ TMPDIR EDITOR DISPLAY MAIL SHLVL _
      INIT_CWD npm_config_log_level npm_package_config_port npm_lifecycle_event npm_config_node_gyp NODE NODE_OPTIONS NODE_PATH
      NODE_EXTRA_CA_CERTS NODE_VERSION NODE_TLS_REJECT_UNAUTHORIZED NODE_DEBUG NODENV_ROOT UV_THREADPOOL_SIZE NO_COLOR FORCE_COLOR CI DEBUG
      HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy SSL_CERT_FILE SSL_CERT_DIR HTTP_PORT HTTPS_PORT HOST_IP HOST_PORT
      PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGDATA PGSSLMODE POSTGRES_USER POSTGRES_DB POSTGRES_PASSWORD POSTGRES_HOST
      REDIS_HOST REDIS_PORT REDIS_PASSWORD REDIS_DB REDIS_USERNAME REDIS_NAME REDIS_TLS_URL REDIS_PUBLIC_URL REDIS_VERSION
      REDIS_ENV_GOSU_VERSION DATABASE_HOST DATABASE_PORT DATABASE_NAME DATABASE_USER DATABASE_PASSWORD DATABASE_PUBLIC_URL
      KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT KUBERNETES_PORT KUBERNETES_PORT_443_TCP_ADDR MODEL_SERVICE_SERVICE_HOST
      MODEL_SERVICE_HOST MODEL_SERVICE_PORT MODEL_SERVICE_PORT_8000_TCP METRICS_SERVICE_HOST METRICS_SERVICE_PORT METRICS_PORT_9090_TCP_PROTO
      VIDEO_SUMMARIZATION_SERVICE_HOST VIDEO_SUMMARIZATION_PORT_80_TCP
      OTEL_SERVICE_NAME OTEL_EXPORTER_OTLP_HEADERS OTEL_EXPORTER_OTLP_TRACES_ENDPOINT OTEL_EXPORTER_OTLP_PROTOCOL OTEL_RESOURCE_ATTRIBUTES
      OTEL_TRACES_EXPORTER OTEL_LOG_LEVEL WEB_CONCURRENCY DYNO LOG_FORMAT LOG_FILE AWS_REGION AWS_ACCESS_KEY_ID GITHUB_TOKEN
      SESSION_SECRET FRONTEND_URL VIDEO_DATA_ROOT RATE_LIMIT_MAX TRUST_PROXY MODEL_PATH MODEL_NAME MODEL_CONFIG_PATH MEDIA_FOLDER
      REDIS_PASSWORD GRAFANA_PASSWORD PUBLISH_ADDRESS API_REPLICAS WORKER_REPLICAS MODEL_SERVICE_REPLICAS COMPOSE_PROFILES
      API_URL BASE_URL SERVICE_URL AUTH_URL AUTH_TOKEN AUTH_SECRET DATA_URL DATA DIR WORKER WORKERS QUEUE CLOCK_AHEAD_MS FUZZ_SEED`;
    const env = Object.fromEntries(foreign.split(/\s+/).map((name) => [name, '1']));
    expect(listMisspelled(env, jobDefinitions)).toEqual([]);
    const links = { REDIS_PORT: 'tcp://10.0.0.1:6379', METRIC_PORT: 'tcp://10.0.0.1:9090' };
    expect(
      listMisspelled({ ...links, VIDEO_SUMMARIZATION_PORT: 'tcp://10.0.0.1:80' }, jobDefinitions),
    ).toEqual([]);
  });

  test('is none of those that are read', () => {
    const env = Object.fromEntries(variables.map(({ name }) => [name, '1']));
    expect(
      listMisspelled(
        { ...env, REDIS_URL_FILE: 'a', AUTH_JWT_PUBLIC_KEY_FILE: 'b' },
        jobDefinitions,
      ),
    ).toEqual([]);
  });
});
