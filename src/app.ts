import { Registry } from 'prom-client';
import type { Config } from './config/config.ts';
import { createDatabase } from './db/database.ts';
import { assertMigrated, migrateToLatest } from './db/migrate.ts';
import { listQueueGauges } from './queue/gauges.ts';
import { createOwnerDatabases } from './db/owner-databases.ts';
import type { Database } from './db/tables.ts';
import { createEmitter } from './platform/emitter.ts';
import { createDisposables } from './platform/disposables.ts';
import type { Disposables } from './platform/disposables.ts';
import { StartupError } from './errors.ts';
import { createMetricsPage } from './http/pages/metrics-page.ts';
import { startProbeServer } from './http/pages/probe-server.ts';
import { createProbes } from './http/pages/probes.ts';
import type { Page } from './http/pages/probes.ts';
import { queueName } from './jobs/define-job.ts';
import type { EngineEvents } from './jobs/engine-events.ts';
import { logJobs } from './queue/ended-jobs.ts';
import { jobDefinitions } from './subjects/index.ts';
import type { Logger } from './platform/logger.ts';
import { createMetrics } from './metrics/metrics.ts';
import { createMediaPolicy } from './model-service/media-path.ts';
import type { Lookup } from './model-service/media-url.ts';
import type { Broker } from './pubsub/broker.ts';
import { openEmbedded } from './stack/embedded.ts';
import { openExternal } from './stack/external.ts';
import type { Stack } from './stack/stack.ts';
import type { Tracing } from './platform/tracing.ts';
import type { AppContext } from './app-context.ts';
import { startApi } from './start-api.ts';
import { startWorkers } from './start-workers.ts';

export type Role = 'all' | 'api' | 'worker';

export interface AppOptions {
  config: Config;
  role: Role;
  logger: Logger;
  /** The registry of the metrics; a new one if absent. */
  registry?: Registry;
  /** Null or absent without tracing. */
  tracing?: Tracing | null;
  /** Parts that tests replace. */
  overrides?: { wrapBroker?: (broker: Broker) => Broker; lookup?: Lookup };
}

export interface App extends AsyncDisposable {
  /** The address of the API; undefined for a worker. */
  url: string | undefined;
  /** The address of the probes; undefined if they have no port of their own. */
  probesUrl: string | undefined;
}

/** Opens what a role needs, in order, and starts it; disposal ends it in reverse order. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, role, logger, overrides } = options;
  refuseSplitEmbedded(config, role);
  await using disposables = createDisposables(logger);
  const probes = createProbes();
  const events = createEmitter<EngineEvents>(logger);
  const types = jobDefinitions.map(({ type }) => type);
  const metrics = createMetrics(options.registry ?? new Registry(), types, events);
  logJobs(events, logger);
  const metricsPage = createMetricsPage(metrics, logger);
  const probePages = [probes.handle, metricsPage];
  const probesUrl = await startProbes(config, probePages, logger, disposables);
  const stack = disposables.use('stack', await openStack(config, logger));
  const db = disposables.use('database', createDatabase(stack.pool));
  if (config.migrateOnStart) await migrate(stack, logger);
  else await assertMigrated(db);

  const broker = overrides?.wrapBroker?.(stack.broker) ?? stack.broker;
  const context: AppContext = {
    config,
    logger,
    db,
    databaseOf: openOwnerDatabases(config, stack, db),
    broker,
    counts: stack.counts,
    openLeaderSession: stack.openLeaderSession,
    transport: stack.transport,
    pingDatabase: stack.pings.postgres,
    mediaPolicy: createMediaPolicy({ ...config.media, lookup: overrides?.lookup }),
    events,
    metrics,
    tracing: options.tracing ?? null,
    // Metrics are not for clients: with a port of their own, they are served only there.
    pages: {
      open: [probes.handle],
      operator: config.metricsPort === null ? [metricsPage] : [],
    },
    disposables,
  };
  const api = role === 'worker' ? undefined : await startApi(context);
  // Workers start last and end first, so that the last reports of their jobs reach the rows.
  if (role !== 'api') await startWorkers(context);
  probes.serve(stack.pings, api?.isLeading);
  const queues = jobDefinitions.map(({ type }) => ({
    type,
    queue: queueName({ type }),
    perOwner: config.jobSettings[type]!.perOwner,
  }));
  metrics.readFrom({
    queues: () => listQueueGauges(db, queues),
    dependencies: probes.dependencies,
    connections: stack.connections,
    logger,
  });

  const opened = disposables.move();
  return {
    url: api?.url,
    probesUrl,
    [Symbol.asyncDispose]: async () => {
      probes.drain();
      await opened[Symbol.asyncDispose]();
    },
  };
}

/** Processes cannot share the embedded stack. */
function refuseSplitEmbedded({ stack }: Config, role: Role): void {
  if (stack.kind !== 'embedded' || role === 'all') return;
  throw new StartupError(
    `The embedded stack is one process. Run "all", or set REDIS_URL and DATABASE_URL for "${role}".`,
  );
}

/** Owners share the whole pool if their operations are not limited, or if there is only one session. */
function openOwnerDatabases(
  { stack, limits }: Config,
  { pool }: Stack,
  db: Database,
): (owner: string) => Database {
  const isLimited = stack.kind === 'external' && limits.operationsPerOwner !== null;
  return isLimited ? createOwnerDatabases(pool, stack.poolSize) : () => db;
}

/** Started first, so that probes are answered during the start. */
async function startProbes(
  { http: { host }, metricsPort: port }: Config,
  pages: readonly Page[],
  logger: Logger,
  disposables: Disposables,
): Promise<string | undefined> {
  if (port === null) return undefined;
  return disposables.use('probe server', await startProbeServer({ pages, host, port, logger })).url;
}

/** Opens the configured stack: everything in this process, or Redis and PostgreSQL. */
export async function openStack({ stack }: Config, logger: Logger): Promise<Stack> {
  return stack.kind === 'embedded'
    ? openEmbedded(stack.dataDir, logger)
    : openExternal(stack, logger);
}

async function migrate({ openPoolWithoutTimeouts }: Stack, logger: Logger): Promise<void> {
  await using db = createDatabase(openPoolWithoutTimeouts());
  const steps = await migrateToLatest(db);
  if (steps.length > 0) logger.info({ steps }, 'database migrated');
}
