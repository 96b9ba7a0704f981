import { createAuthenticator } from './access/identity/authenticator.ts';
import { startGuards } from './access/identity/guards.ts';
import { openClock } from './db/clock.ts';
import { startResolverContext } from './graphql/resolver-context.ts';
import { readTrustedDocuments } from './graphql/policy/trusted-documents.ts';
import { startHttpServer } from './http/server.ts';
import { jobDefinitions } from './subjects/index.ts';
import { createLimits } from './access/limits/limits.ts';
import { startLoop } from './platform/loop.ts';
import { publishJobs } from './pubsub/broker.ts';
import type { Publish } from './pubsub/broker.ts';
import { startDispatcher } from './queue/dispatcher.ts';
import { logEndedJobs } from './queue/ended-jobs.ts';
import { startEventBridge } from './queue/bridge/event-bridge.ts';
import { createQueues } from './queue/queues.ts';
import { startReconciler } from './queue/reconciler.ts';
import { startRetention } from './queue/retention.ts';
import type { AppContext } from './app-context.ts';

/** How often the database is asked for its time. */
const clockIntervalMs = 10_000;

/** Serves the API and keeps rows and queues together, until disposed; returns where it is reached. */
export async function startApi(parts: AppContext): Promise<string> {
  const { config, logger, db, broker, transport, metrics, tracing, pages, disposables } = parts;
  const queues = disposables.use('queues', createQueues(db, transport, jobDefinitions, logger));
  // Each row that changed passes here once, in the process that changed it.
  const publish: Publish = (jobs, changedAt) => {
    metrics.jobsChanged(jobs);
    logEndedJobs(logger, jobs);
    return publishJobs(broker, jobs, changedAt);
  };
  const dispatcher = disposables.use(
    'dispatcher',
    startDispatcher({ db, queues, logger, publish }),
  );
  const reconciler = disposables.use(
    'reconciler',
    startReconciler({
      db,
      queues,
      definitions: jobDefinitions,
      intervalMs: config.reconcileIntervalMs,
      holder: config.workerName,
      logger,
      metrics,
      publish,
    }),
  );
  const bridges: AsyncDisposable[] = [];
  // Together, so that they share the time of one part.
  disposables.use('event bridges', { [Symbol.asyncDispose]: () => endTogether(bridges) });
  for (const definition of jobDefinitions) {
    const bridge = { db, transport, definition, logger, metrics, publish };
    const onPause = (paused: boolean): void => queues.adoptPause(definition.type, paused);
    const { wake: onEnd } = dispatcher;
    const { recover: onRestart } = reconciler;
    bridges.push(await startEventBridge({ ...bridge, onEnd, onRestart, onPause }));
  }
  disposables.use('recovery', { [Symbol.dispose]: transport.onLoss(reconciler.recover) });
  if (config.retention) {
    const onDeleted = (type: string, jobs: number) => {
      metrics.jobsDeleted(type, jobs);
      logger.info({ type, jobs }, 'old jobs deleted');
    };
    const results = jobDefinitions.map(({ result }) => result);
    const retention = { db, results, logger, onDeleted, holder: config.workerName };
    disposables.use('retention', startRetention({ ...retention, ...config.retention }));
  }
  const clock = await openClock(db);
  const refreshing = { name: 'clock', run: clock.refresh, intervalMs: clockIntervalMs, logger };
  disposables.use('clock', startLoop(refreshing));
  const settings = (type: string) => config.jobSettings[type]!;
  const { authenticate, issueTicket } = createAuthenticator({
    db,
    config: config.auth,
    logger,
    clock,
  });
  const guards = disposables.use('guards', startGuards({ db, logger }));
  const limits = disposables.use(
    'limits',
    createLimits({
      db,
      logger,
      config: config.limits,
      maxQueryCost: config.graphql.maxQueryCost,
      redis: parts.counts,
      prefix: config.stack.kind === 'external' ? config.stack.redisPrefix : '',
      onRefused: metrics.refused,
    }),
  );
  const services = disposables.use(
    'graphql services',
    startResolverContext({
      db,
      clock,
      databaseOf: parts.databaseOf,
      broker,
      publish,
      queues,
      logger,
      metrics,
      tracing,
      settings,
      limits,
      issueTicket,
      mediaPolicy: parts.mediaPolicy,
    }),
  );
  const { trustedDocumentsPath: path } = config.graphql;
  const trustedDocuments = path === null ? null : await readTrustedDocuments(path);
  const policy = { ...config.graphql, trustedDocuments };
  const server = disposables.use(
    'http server',
    await startHttpServer({ services, authenticate, guards, policy, pages, ...config.http }),
  );
  logger.info({ url: server.url }, 'api started');
  return server.url;
}

async function endTogether(parts: readonly AsyncDisposable[]): Promise<void> {
  await Promise.all(parts.map((part) => part[Symbol.asyncDispose]()));
}
