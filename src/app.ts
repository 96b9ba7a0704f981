import type { Config } from './config.ts';
import { createDatabase } from './db/database.ts';
import { expectMigrated, migrateToLatest } from './db/migrate.ts';
import type { JobRow } from './db/job-row.ts';
import type { Database } from './db/tables.ts';
import { StartupError } from './errors.ts';
import { startGraphQLServices } from './graphql/services.ts';
import { startProbeServer } from './http/probe-server.ts';
import { createProbes } from './http/probes.ts';
import type { Probes } from './http/probes.ts';
import { startHttpServer } from './http/server.ts';
import { queueName } from './jobs/define-job.ts';
import { jobDefinitions } from './jobs/index.ts';
import type { Logger } from './logger.ts';
import { createModelService } from './model-service/client.ts';
import { logChannel, publishJobs } from './pubsub/broker.ts';
import type { Broker } from './pubsub/broker.ts';
import { startDispatcher } from './queue/dispatcher.ts';
import { startEventBridge } from './queue/event-bridge.ts';
import { createQueues } from './queue/queues.ts';
import { startReconciler } from './queue/reconciler.ts';
import { startRunningJobs } from './queue/running-jobs.ts';
import type { QueueTransport } from './queue/transport.ts';
import { startWorker } from './queue/worker.ts';
import { openEmbedded } from './stack/embedded.ts';
import { openServices } from './stack/services.ts';
import type { Stack } from './stack/stack.ts';

export type Role = 'all' | 'api' | 'worker';

export interface AppOptions {
  config: Config;
  role: Role;
  logger: Logger;
  /** What a test puts in the place of what the app would make. */
  overrides?: { wrapBroker?: (broker: Broker) => Broker };
}

export interface App extends AsyncDisposable {
  /** Where the API is reached; undefined for a worker. */
  url: string | undefined;
  /** Where the probes are reached; undefined when they have no port of their own. */
  probesUrl: string | undefined;
}

/** Everything one stack holds, handed to the parts that a role has. */
interface Parts {
  config: Config;
  logger: Logger;
  db: Database;
  broker: Broker;
  transport: QueueTransport;
  probes: Probes;
  disposables: AsyncDisposableStack;
}

/** Opens what a role needs, in order, and begins; disposal ends it in reverse. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, role, logger, overrides } = options;
  if (config.stack.kind === 'embedded' && role !== 'all') {
    throw new StartupError(
      `The embedded stack is one process: run "all", or set REDIS_URL and DATABASE_URL for "${role}".`,
    );
  }
  await using disposables = new AsyncDisposableStack();
  const probes = createProbes();
  const probesUrl = await startProbes(config, probes, disposables);
  const stack = disposables.use(await openStack(config, logger));
  const db = disposables.use(createDatabase(stack.pool));
  if (config.migrateOnStart) await migrate(db, logger);
  else await expectMigrated(db);

  const broker = overrides?.wrapBroker?.(stack.broker) ?? stack.broker;
  const parts = { config, logger, db, broker, transport: stack.transport, probes, disposables };
  const url = role === 'worker' ? undefined : await startApi(parts);
  // Last to begin, first to end: what running jobs still say is heard.
  if (role !== 'api') await startWorkers(parts);
  probes.serve(stack.pings);
  disposables.defer(probes.drain);

  const opened = disposables.move();
  return { url, probesUrl, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** First of all: whoever asks meanwhile is told that it is starting. */
async function startProbes(
  { http: { host }, metricsPort: port }: Config,
  probes: Probes,
  disposables: AsyncDisposableStack,
): Promise<string | undefined> {
  if (port === null) return undefined;
  return disposables.use(await startProbeServer({ probes, host, port })).url;
}

/** Opens what the configuration names: everything in this process, or Redis and PostgreSQL. */
export async function openStack({ stack }: Config, logger: Logger): Promise<Stack> {
  return stack.kind === 'embedded' ? openEmbedded(stack.dataDir) : openServices(stack, logger);
}

async function migrate(db: Database, logger: Logger): Promise<void> {
  const steps = await migrateToLatest(db);
  if (steps.length > 0) logger.info({ steps }, 'database migrated');
}

async function startWorkers(parts: Parts): Promise<void> {
  const { config, logger, db, broker, transport, disposables } = parts;
  const url = config.modelServiceUrl ?? (await startBuiltIn(parts));
  const modelService = disposables.use(
    createModelService({ url, timeoutMs: config.modelTimeoutMs }),
  );
  const runningJobs = disposables.use(await startRunningJobs({ db, broker, logger }));
  const announceLogs = (jobId: string, sequence: number) => {
    broker
      .publish(logChannel(jobId), sequence)
      .catch((error: unknown) => logger.warn({ err: error, jobId }, 'log lines not announced'));
  };
  const wanted = jobDefinitions.filter(({ type }) => config.workerTypes.includes(type));
  const workers = await Promise.all(
    wanted.map((definition) =>
      startWorker({
        db,
        transport,
        definition,
        modelService,
        runningJobs,
        announceLogs,
        logger,
        workerName: config.workerName,
        settings: config.jobSettings[definition.type]!,
        shutdownGraceMs: config.shutdownGraceMs,
        lockDurationMs: config.lockDurationMs,
      }),
    ),
  );
  // Together, so that they share one grace period.
  disposables.defer(async () => {
    await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()));
  });
}

async function startBuiltIn({ config, logger, disposables }: Parts): Promise<string> {
  // Its language model is large, and only the embedded stack wants it.
  const { startBuiltInModelService } = await import('./model-service/built-in/server.ts');
  const options = { ...config.builtInModelService, host: '127.0.0.1', port: 0, logger };
  const service = disposables.use(await startBuiltInModelService(options));
  logger.info({ url: service.url }, 'built-in model service started');
  return service.url;
}

async function startApi(parts: Parts): Promise<string> {
  const { config, logger, db, broker, transport, probes, disposables } = parts;
  const queues = disposables.use(createQueues(db, transport, jobDefinitions, logger));
  const publish = (jobs: readonly JobRow[]) => publishJobs(broker, jobs);
  const dispatcher = disposables.use(startDispatcher({ db, queues, logger, publish }));
  for (const definition of jobDefinitions) {
    const queue = queueName(definition);
    const bridge = { db, transport, queue, logger, publish, onEnd: dispatcher.wake };
    disposables.use(await startEventBridge(bridge));
  }
  disposables.use(
    startReconciler({
      db,
      queues,
      definitions: jobDefinitions,
      intervalMs: config.reconcileIntervalMs,
      holder: config.workerName,
      logger,
      publish,
    }),
  );
  const settings = (type: string) => config.jobSettings[type]!;
  const services = disposables.use(startGraphQLServices({ db, broker, queues, logger, settings }));
  const server = disposables.use(await startHttpServer({ services, probes, ...config.http }));
  logger.info({ url: server.url }, 'api started');
  return server.url;
}
