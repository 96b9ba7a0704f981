import { createAuthenticator } from './access/identity/authenticator.ts';
import { startGuards } from './access/identity/guards.ts';
import { createLimits } from './access/limits/limits.ts';
import type { AppContext } from './app-context.ts';
import { openClock } from './db/clock.ts';
import type { Clock } from './db/clock.ts';
import { createInspector } from './doctor/installation.ts';
import { readAllTrusted } from './graphql/policy/trusted-documents.ts';
import { startResolverContext } from './graphql/resolver-context.ts';
import { consoleDocumentsPath } from './http/pages/console-page.ts';
import { startHttpServer } from './http/server.ts';
import { createLogger } from './platform/logger.ts';
import { startLoop } from './platform/loop.ts';
import { startQueues } from './start-queues.ts';
import { jobDefinitions } from './subjects/index.ts';

/** How often the database is asked for its time. */
const clockIntervalMs = 10_000;

export interface StartedApi {
  /** Where it is reached. */
  url: string;
  isLeading: () => boolean;
}

/** Serves the API, until disposed. */
export async function startApi(context: AppContext): Promise<StartedApi> {
  const { config, logger, db, events, disposables } = context;
  const { queues, publish, leadership, positionRequests } = await startQueues(context);
  const clock = await startClock(context);
  const { authenticate, issueTicket, revokeTickets } = createAuthenticator({
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
      redis: context.counts,
      prefix: config.stack.kind === 'external' ? config.stack.redis.prefix : '',
      onRefused: (limit) => events.emit('limitExceeded', { limit }),
    }),
  );
  const inspecting = { db, queues, config, definitions: jobDefinitions, clock };
  const inspector = disposables.use(
    'inspector',
    // The findings say what its connections would log.
    createInspector({ ...inspecting, logger: createLogger('silent', false) }),
  );
  const services = disposables.use(
    'graphql services',
    startResolverContext({
      db,
      clock,
      databaseOf: context.databaseOf,
      broker: context.broker,
      publish,
      isLeading: leadership.isLeading,
      positionRequests,
      queues,
      logger,
      events,
      metrics: context.metrics,
      tracing: context.tracing,
      settings: (type) => config.jobSettings[type]!,
      limits,
      issueTicket,
      revokeTickets,
      mediaPolicy: context.mediaPolicy,
      examine: inspector.examine,
    }),
  );
  const trustedDocuments = await readAllTrusted(
    config.graphql.trustedDocumentsPath,
    config.http.servesConsole ? consoleDocumentsPath : null,
  );
  const policy = { ...config.graphql, trustedDocuments };
  const { pages } = context;
  const server = disposables.use(
    'http server',
    await startHttpServer({ services, authenticate, guards, policy, pages, ...config.http }),
  );
  logger.info({ url: server.url }, 'api started');
  return { url: server.url, isLeading: leadership.isLeading };
}

/** The database's clock, as it runs in this process. */
async function startClock({ db, logger, disposables }: AppContext): Promise<Clock> {
  const clock = await openClock(db);
  const refreshing = { name: 'clock', run: clock.refresh, intervalMs: clockIntervalMs, logger };
  disposables.use('clock', startLoop(refreshing));
  return clock;
}
