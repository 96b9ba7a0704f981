import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import type { Environment } from '../../src/config/environment/environment.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';
import { listProblems, services } from './list-problems.ts';

const certificate = '-----BEGIN CERTIFICATE-----';

test.each([
  { REDIS_URL: 'redis+sentinel://user:pa%2Css@a:26379,[::1]:26380,c/my-master/2' },
  {
    REDIS_URL: 'rediss+sentinel://a/m',
    REDIS_SENTINEL_PASSWORD: 'sesame',
    REDIS_CA: certificate,
  },
  { REDIS_URL: 'redis+sentinel://a/m', REDIS_NAT_MAP: '10.0.0.1:6379=a:1,[fe80::1]:6379=b:2' },
  { REDIS_URL: 'redis://:pw@a:6379,b:6379', REDIS_CLUSTER: 'true', REDIS_PREFIX: '{jobs}' },
  { REDIS_URL: 'rediss://a', REDIS_CLUSTER: '1', REDIS_NAT_MAP: '10.0.0.1:6379=a:1' },
] satisfies Environment[])('Redis as in %o is accepted', (env) => {
  expect(listProblems({ ...services, ...env })).toEqual([]);
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
