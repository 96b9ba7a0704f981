import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/config/environment/environment.ts';
import { listMisspelled } from '../../src/config/environment/misspelled.ts';
import { listVariables } from '../../src/config/environment/variables.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';

const variables = listVariables(jobDefinitions);

describe('an unknown variable', () => {
  const suggest = (env: Environment) =>
    listMisspelled(env, jobDefinitions).map(({ suggestion }) => suggestion);

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
  ])('and that is called %s is taken for %s', (name, suggestion) => {
    expect(suggest({ [name]: '5' })).toEqual([suggestion]);
    expect(suggest({ [name]: ' ' })).toEqual([]);
  });

  test('and that begins as those of a queue is taken for one of them', () => {
    expect(suggest({ CLAIM_SYNTHESIS_WORKERS: '5' })).toEqual([
      expect.stringMatching(/^one of CLAIM_SYNTHESIS_CONCURRENCY, /),
    ]);
  });

  test('is another program’s, if the one that it could mean is set, and it is no slip', () => {
    const env = { DATABASE_URL: 'a', POSTGRES_URL: 'b', REDIS_URL: 'c', REDIS_URI: 'd' };
    expect(suggest(env)).toEqual(['REDIS_URL']);
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
