import { v7 as uuidv7 } from 'uuid';
import { localSession } from '../../../src/access/identity/session.ts';
import { readConfig } from '../../../src/config/config.ts';
import { createDatabase } from '../../../src/db/database.ts';
import { priorityRanks } from '../../../src/jobs/rows/row.ts';
import type { JobRow } from '../../../src/jobs/rows/row.ts';
import type { Database } from '../../../src/db/tables.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import type { Broker } from '../../../src/pubsub/broker.ts';
import type { QueueTransport } from '../../../src/queue/transport.ts';
import { openEmbedded } from '../../../src/stack/embedded.ts';
import { openExternal } from '../../../src/stack/external.ts';
import type { Stack } from '../../../src/stack/stack.ts';
import type { TestStack } from './app.ts';

export interface BareStack extends AsyncDisposable {
  db: Database;
  broker: Broker;
  transport: QueueTransport;
  openLeaderSession: Stack['openLeaderSession'];
}

/** Nothing is called here: a bare stack has no workers. */
const noModelService = 'http://127.0.0.1:9';

/**
 * What an app stands on, without the app: for tests that write rows by themselves. Of the embedded stack there can be one
 * at a time, be it bare or under an app.
 */
export async function openBareStack({ env }: TestStack): Promise<BareStack> {
  const config = readConfig({ ...env, MODEL_SERVICE_URL: noModelService }, jobDefinitions).stack;
  const logger = createLogger('silent', false);
  const stack =
    config.kind === 'embedded'
      ? await openEmbedded(config.dataDir, logger)
      : await openExternal(config, logger);
  const db = createDatabase(stack.pool);
  return {
    db,
    broker: stack.broker,
    transport: stack.transport,
    openLeaderSession: stack.openLeaderSession,
    [Symbol.asyncDispose]: async () => {
      await db.destroy();
      await stack[Symbol.asyncDispose]();
    },
  };
}

/** A QUEUED job that no queue knows. */
export async function insertTestJob(db: Database): Promise<JobRow> {
  const [job] = await insertTestJobs(db, 1);
  return job!;
}

/** QUEUED jobs that no queue knows, in one statement. */
export async function insertTestJobs(db: Database, count: number): Promise<JobRow[]> {
  const job = {
    type: 'VIDEO_SUMMARIZATION',
    owner: localSession.viewer.owner,
    input: JSON.stringify({}),
    state: 'QUEUED',
    maxAttempts: 3,
    priority: 'NORMAL',
    priorityRank: priorityRanks.NORMAL,
  } as const;
  const jobs = Array.from({ length: count }, () => ({ ...job, id: uuidv7(), resultId: uuidv7() }));
  return db.insertInto('job').values(jobs).returningAll().execute();
}
