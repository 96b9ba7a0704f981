import { Registry } from 'prom-client';
import { openStack } from '../../../src/app.ts';
import { readConfig } from '../../../src/config/config.ts';
import { createDatabase } from '../../../src/db/database.ts';
import type { Database } from '../../../src/db/tables.ts';
import { createDisposables } from '../../../src/platform/disposables.ts';
import { createMediaPolicy } from '../../../src/model-service/media-path.ts';
import { createMetricsPage } from '../../../src/http/pages/metrics-page.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { createMetrics } from '../../../src/metrics/metrics.ts';
import { createEmitter } from '../../../src/platform/emitter.ts';
import type { EngineEvents } from '../../../src/jobs/engine-events.ts';
import { publishJobs } from '../../../src/pubsub/publish.ts';
import type { Publish } from '../../../src/pubsub/publish.ts';
import { startApi } from '../../../src/start-api.ts';
import { startWorkers } from '../../../src/start-workers.ts';
import type { TestStack } from './app.ts';

/** An app and its database. While an app runs, an embedded database cannot be opened in another way. */
export interface AppWithDatabase extends AsyncDisposable {
  url: string;
  db: Database;
  /** Publishes rows that the test has changed itself. */
  publish: Publish;
}

/** Starts what `startApp` starts, in the same order. */
export async function startAppWithDatabase(
  { env: stackEnv }: TestStack,
  env: Record<string, string>,
): Promise<AppWithDatabase> {
  const config = readConfig(
    { PORT: '0', SHUTDOWN_GRACE_MS: '0', ...stackEnv, ...env },
    jobDefinitions,
  );
  const logger = createLogger('silent', false);
  await using disposables = createDisposables(logger);
  const stack = disposables.use('stack', await openStack(config, logger));
  const db = disposables.use('database', createDatabase(stack.pool));
  const { broker, counts, transport } = stack;
  const types = jobDefinitions.map(({ type }) => type);
  const events = createEmitter<EngineEvents>(logger);
  const metrics = createMetrics(new Registry(), types, events);
  const pages = { open: [], operator: [createMetricsPage(metrics, logger)] };
  const context = {
    config,
    logger,
    db,
    databaseOf: () => db,
    broker,
    counts,
    openLeaderSession: stack.openLeaderSession,
    transport,
    pingDatabase: stack.pings.postgres,
    mediaPolicy: createMediaPolicy(config.media),
    events,
    metrics,
    tracing: null,
    pages,
    disposables,
  };
  const { url } = await startApi(context);
  await startWorkers(context);
  const opened = disposables.move();
  return {
    url,
    db,
    publish: (jobs, changedAt) => publishJobs(broker, jobs, changedAt),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
