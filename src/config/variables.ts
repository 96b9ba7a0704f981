import { hostname } from 'node:os';
import { z } from 'zod';
import { address } from './address.ts';
import { describeAuthVariables } from './auth-variables.ts';
import { describeFrontVariables } from './front-variables.ts';
import { describeGraphQLVariables } from './graphql-variables.ts';
import { describeLimitVariables } from './limit-variables.ts';
import { describeMediaVariables } from './media-variables.ts';
import { describeTlsVariables } from './tls-variables.ts';
import { count, days, flag, milliseconds, millisecondsFrom, port, variable } from './variable.ts';

/** Every variable that is read, but for those that each queue has. */
export function describeVariables() {
  return {
    port: variable({
      name: 'PORT',
      schema: port,
      fallback: 4000,
      help: 'Port of the HTTP server; 0 takes a free one.',
    }),
    host: variable({
      name: 'HOST',
      schema: z.string(),
      fallback: '127.0.0.1',
      help: 'Address that the HTTP server listens on.',
    }),
    metricsPort: variable<number | null>({
      name: 'METRICS_PORT',
      schema: port,
      fallback: null,
      help: 'Port for `/metrics`, `/livez` and `/readyz` alone, on every role; 0 takes a free one.',
    }),
    pingIntervalMs: variable({
      name: 'PING_INTERVAL_MS',
      schema: millisecondsFrom(100),
      fallback: 10_000,
      help: 'How often an idle subscription says that it is alive; below the time-out of every proxy in between.',
    }),
    ...describeFrontVariables(),
    ...describeAuthVariables(),
    ...describeLimitVariables(),
    ...describeGraphQLVariables(),
    dataDir: variable({
      name: 'DATA_DIR',
      schema: z.string(),
      fallback: '.data',
      help: 'Folder of the embedded database.',
    }),
    logLevel: variable({
      name: 'LOG_LEVEL',
      schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
      fallback: 'info',
      help: '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`.',
    }),
    redisUrl: variable<string | null>({
      name: 'REDIS_URL',
      schema: address('redis'),
      isAddress: true,
      fallback: null,
      help: 'Redis 7 or Valkey, as `redis://` or `rediss://`. With `DATABASE_URL`: the external stack.',
      isSecret: true,
    }),
    redisPrefix: variable({
      name: 'REDIS_PREFIX',
      schema: z.string().regex(/^[\w-]+$/, 'it may have letters, digits, _ and - only'),
      fallback: 'fovea',
      help: 'Begins every Redis key and channel, so that several installations can share a Redis.',
    }),
    databaseUrl: variable<string | null>({
      name: 'DATABASE_URL',
      schema: address('postgres'),
      isAddress: true,
      fallback: null,
      help: 'PostgreSQL 15 or newer, as `postgres://`. With `REDIS_URL`: the external stack.',
      isSecret: true,
    }),
    poolSize: variable({
      name: 'DATABASE_POOL_SIZE',
      schema: count,
      fallback: 10,
      help: 'Connections to PostgreSQL at most, per process.',
    }),
    startupTimeoutMs: variable({
      name: 'STARTUP_TIMEOUT_MS',
      schema: milliseconds,
      fallback: 60_000,
      help: 'How long to wait at start for Redis and PostgreSQL.',
    }),
    lockDurationMs: variable<number | null>({
      name: 'LOCK_DURATION_MS',
      schema: millisecondsFrom(1_000),
      fallback: null,
      defaultText: 'embedded: `30000`, external: `7000`',
      help: 'How long a worker that has gone silent keeps its jobs.',
    }),
    reconcileIntervalMs: variable({
      name: 'RECONCILE_INTERVAL_MS',
      schema: millisecondsFrom(100),
      fallback: 30_000,
      help: 'How often rows and queues are compared, and put right.',
    }),
    jobRetentionDays: variable<number | null>({
      name: 'JOB_RETENTION_DAYS',
      schema: days,
      fallback: 90,
      help: 'How long ended jobs and their logs are kept; 0 for ever. What they made stays.',
    }),
    resultRetentionDays: variable<number | null>({
      name: 'RESULT_RETENTION_DAYS',
      schema: days,
      fallback: null,
      defaultText: 'for ever',
      help: 'How long what jobs made is kept; not below `JOB_RETENTION_DAYS`.',
    }),
    migrateOnStart: variable<boolean | null>({
      name: 'MIGRATE_ON_START',
      schema: flag,
      fallback: null,
      defaultText: 'embedded: `true`, external: `false`',
      help: 'Whether to bring the database schema up to date at start.',
    }),
    modelServiceUrl: variable<string | null>({
      name: 'MODEL_SERVICE_URL',
      schema: address('base'),
      isAddress: true,
      fallback: null,
      defaultText: 'the baseline model',
      help: 'The model service, without `/api`. Required by the external stack.',
    }),
    modelTimeoutMs: variable({
      name: 'MODEL_TIMEOUT_MS',
      schema: milliseconds,
      fallback: 600_000,
      help: 'Longest call of the model service.',
    }),
    ...describeMediaVariables(),
    ...describeTlsVariables(),
    stepDelayMs: variable({
      name: 'MODEL_STEP_DELAY_MS',
      schema: milliseconds,
      fallback: 0,
      help: 'Least time of a step of the baseline model, to watch its progress.',
    }),
    tracingUrl: variable<string | null>({
      name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      schema: address('base'),
      isAddress: true,
      fallback: null,
      help: 'Where traces are sent by OTLP over HTTP, without `/v1/traces`.',
    }),
    shutdownGraceMs: variable({
      name: 'SHUTDOWN_GRACE_MS',
      schema: milliseconds,
      fallback: 20_000,
      help: 'How long running jobs may go on once the process has been told to end; then they go back to their queue.',
    }),
    workerQueues: variable<string[] | null>({
      name: 'WORKER_QUEUES',
      schema: z.string().transform((text) => text.split(',').map((name) => name.trim())),
      fallback: null,
      defaultText: 'all',
      help: 'Queues that the workers of this process take jobs from, as `video-summarization,claim-extraction`.',
    }),
    workerName: variable({
      name: 'WORKER_NAME',
      schema: z.string().max(100),
      fallback: `${hostname()}-${process.pid}`,
      defaultText: 'host name and process id',
      help: 'What `attempts` calls the worker of this process.',
    }),
  };
}
