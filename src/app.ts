import { Registry } from 'prom-client';
import type { Config } from './config/config.ts';
import { createDatabase } from './db/database.ts';
import { expectMigrated, migrateToLatest } from './db/migrate.ts';
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
  /** Where metrics are kept; one of its own if absent. */
  registry?: Registry;
  /** Null, or absent: there are no traces. */
  tracing?: Tracing | null;
  /** What tests replace. */
  overrides?: { wrapBroker?: (broker: Broker) => Broker; lookup?: Lookup };
}

export interface App extends AsyncDisposable {
  /** Where the API is reached; undefined for a worker. */
  url: string | undefined;
  /** Where the probes are reached; undefined when they have no port of their own. */
  probesUrl: string | undefined;
}

/** Opens what a role needs, in order, and begins; disposal ends it in reverse. */
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
  else await expectMigrated(db);

  const broker = overrides?.wrapBroker?.(stack.broker) ?? stack.broker;
  const context: AppContext = {
    config,
    logger,
    db,
    databaseOf: openOwnerDatabases(config, stack, db),
    broker,
    counts: stack.counts,
    transport: stack.transport,
    pingDatabase: stack.pings.postgres,
    mediaPolicy: createMediaPolicy({ ...config.media, lookup: overrides?.lookup }),
    events,
    metrics,
    tracing: options.tracing ?? null,
    // Metrics are not for clients: with a port of their own, they are there alone.
    pages: {
      open: [probes.handle],
      operator: config.metricsPort === null ? [metricsPage] : [],
    },
    disposables,
  };
  const url = role === 'worker' ? undefined : await startApi(context);
  // Workers begin last and end first, so that what their jobs still report reaches the rows.
  if (role !== 'api') await startWorkers(context);
  probes.serve(stack.pings);
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
    url,
    probesUrl,
    [Symbol.asyncDispose]: async () => {
      probes.drain();
      await opened[Symbol.asyncDispose]();
    },
  };
}

/** The embedded stack cannot be shared by processes. */
function refuseSplitEmbedded({ stack }: Config, role: Role): void {
  if (stack.kind !== 'embedded' || role === 'all') return;
  throw new StartupError(
    `The embedded stack is one process: run "all", or set REDIS_URL and DATABASE_URL for "${role}".`,
  );
}

/** Without a limit on an owner's operations, or with a single session, everybody uses the database as it is. */
function openOwnerDatabases(
  { stack, limits }: Config,
  { pool }: Stack,
  db: Database,
): (owner: string) => Database {
  const isLimited = stack.kind === 'external' && limits.operationsPerOwner !== null;
  return isLimited ? createOwnerDatabases(pool, stack.poolSize) : () => db;
}

/** Started first, so that probes are answered while the rest is starting. */
async function startProbes(
  { http: { host }, metricsPort: port }: Config,
  pages: readonly Page[],
  logger: Logger,
  disposables: Disposables,
): Promise<string | undefined> {
  if (port === null) return undefined;
  return disposables.use('probe server', await startProbeServer({ pages, host, port, logger })).url;
}

/** Opens what the configuration names: everything in this process, or Redis and PostgreSQL. */
export async function openStack({ stack }: Config, logger: Logger): Promise<Stack> {
  return stack.kind === 'embedded'
    ? openEmbedded(stack.dataDir, logger)
    : openExternal(stack, logger);
}

async function migrate({ openPatientPool }: Stack, logger: Logger): Promise<void> {
  await using db = createDatabase(openPatientPool());
  const steps = await migrateToLatest(db);
  if (steps.length > 0) logger.info({ steps }, 'database migrated');
}
