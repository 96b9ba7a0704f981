import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, expect } from 'vitest';
import { createTestStack, startTestApp } from '../app/app.ts';
import type { TestApp, TestStack } from '../app/app.ts';
import { openTestStack } from '../app/open-stack.ts';
import type { OpenStack } from '../app/open-stack.ts';
import { eventually } from '../eventually.ts';
import { createGraphQLClient } from '../clients/graphql-client.ts';
import type { GraphQLAnswer, GraphQLClient } from '../clients/graphql-client.ts';
import { accounts, signIn } from './credentials.ts';

/** Does not read videos. */
export const other = '{ personas { id } }';

/** An app that runs 20 operations of an owner at once, and a lock that keeps what reads videos from ending. */
export function useHeldOperations() {
  let stack: TestStack;
  let opened: OpenStack;
  let app: TestApp;
  let tokens: Record<'ann' | 'ben', string>;
  let ann: GraphQLClient;
  let ben: GraphQLClient;
  const errors: string[] = [];

  beforeAll(async () => {
    stack = await createTestStack('external');
    opened = await openTestStack(stack);
    app = await startTestApp({
      stack,
      role: 'api',
      logger: pino({ level: 'error' }, { write: (line) => void errors.push(line) }),
      env: {
        ...accounts,
        OPERATIONS_PER_OWNER: '20',
        MAX_QUERY_COST: '6000',
        MODEL_SERVICE_URL: 'http://127.0.0.1:9',
      },
    });
    tokens = { ann: await signIn('ann'), ben: await signIn('ben') };
    ann = createGraphQLClient(app.url, tokens.ann);
    ben = createGraphQLClient(app.url, tokens.ben);
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await opened[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  /** Holds the table of videos, so that who reads it is under way until it is released. */
  async function lockVideos(): Promise<() => Promise<void>> {
    const trx = await opened.db.startTransaction().execute();
    await sql`lock table video in access exclusive mode`.execute(trx);
    return async () => {
      await trx.commit().execute();
    };
  }

  /** Statements that wait for the lock. */
  async function countHeld(): Promise<number> {
    const { rows } = await sql<{ held: number }>`
      select count(*)::int as held from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(opened.db);
    return rows[0]!.held;
  }

  const expectHeld = (count: number) =>
    eventually(async () => expect(await countHeld()).toBe(count));

  return {
    get url() {
      return app.url;
    },
    get tokens() {
      return tokens;
    },
    get ann() {
      return ann;
    },
    get ben() {
      return ben;
    },
    /** What the app has logged as errors. */
    errors,
    lockVideos,
    countHeld,
    expectHeld,
  };
}

export function askOften(client: GraphQLClient, query: string, times: number) {
  return Array.from({ length: times }, () => client.send(query));
}

/** Whether a query is refused rather than left waiting; what is asked after it is answered either way. */
export async function isRefused(client: GraphQLClient, query: string): Promise<boolean> {
  const answer: { value?: GraphQLAnswer } = {};
  void client.send(query).then((value) => {
    answer.value = value;
  });
  await client.request(other);
  await client.request(other);
  return answer.value !== undefined;
}
