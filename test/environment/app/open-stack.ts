import { afterAll, beforeAll } from 'vitest';
import { readConfig } from '../../../src/config/config.ts';
import { createDatabase } from '../../../src/db/database.ts';
import type { Database } from '../../../src/db/tables.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import type { Broker } from '../../../src/pubsub/broker.ts';
import type { QueueTransport } from '../../../src/queue/transport.ts';
import { openEmbedded } from '../../../src/stack/embedded.ts';
import { openExternal } from '../../../src/stack/external.ts';
import type { Stack } from '../../../src/stack/stack.ts';
import { createTestStack } from './app.ts';
import type { StackKind, TestStack } from './app.ts';

export interface OpenStack extends AsyncDisposable {
  db: Database;
  broker: Broker;
  transport: QueueTransport;
  openLeaderSession: Stack['openLeaderSession'];
}

/** Never called: without an app there are no workers. */
const noModelService = 'http://127.0.0.1:9';

/** Opens what an app stands on, without the app, for tests that write rows themselves. An embedded stack can be open once. */
export async function openTestStack({ env }: TestStack): Promise<OpenStack> {
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

/** What tests of one `describe` share. */
export type SharedStack = Readonly<Omit<OpenStack, keyof AsyncDisposable>>;

/** An open stack for the calling file or `describe`, from before its first test until after its last. */
export function useTestStack(kind: StackKind): SharedStack {
  let disposables: AsyncDisposableStack;
  let stack: OpenStack;

  beforeAll(async () => {
    await using opening = new AsyncDisposableStack();
    stack = opening.use(await openTestStack(opening.use(await createTestStack(kind))));
    disposables = opening.move();
  });

  afterAll(() => disposables.disposeAsync());

  return {
    get db() {
      return stack.db;
    },
    get broker() {
      return stack.broker;
    },
    get openLeaderSession() {
      return stack.openLeaderSession;
    },
    get transport() {
      return stack.transport;
    },
  };
}
