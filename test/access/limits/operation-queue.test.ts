import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { createClient } from 'graphql-ws';
import type { Database } from '../../../src/db/tables.ts';
import { maxWaitingOperations } from '../../../src/config/limits.ts';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { openTestStack } from '../../environment/app/open-stack.ts';
import type { OpenStack } from '../../environment/app/open-stack.ts';
import { sendBy } from '../../environment/clients/every-transport.ts';
import { eventually } from '../../environment/eventually.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import type { GraphQLAnswer, GraphQLClient } from '../../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { accounts, bearer, signIn } from '../../environment/access/credentials.ts';
import { postOperation } from '../../environment/clients/event-stream.ts';

expectNoLeaks();

/** More than half of what a query may cost, so that an owner has one at a time. It reads videos. */
const costly =
  '{ videos(first: 100) { edges { node { summaries { id createdAt confidence } } } } }';
const cheap = '{ videos(first: 1) { edges { node { id } } } }';
/** Does not read videos. */
const other = '{ personas { id } }';

const refused = {
  message: 'At most 20 operations at once, costly ones fewer, and 100 that wait.',
  extensions: { code: 'RATE_LIMITED', retryAfterMs: 5_000 },
};

let stack: TestStack;
let opened: OpenStack;
let app: TestApp;
let tokens: Record<'ann' | 'ben', string>;
let ann: GraphQLClient;
let ben: GraphQLClient;

beforeAll(async () => {
  stack = await createTestStack('external');
  opened = await openTestStack(stack);
  app = await startTestApp({
    stack,
    role: 'api',
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
async function lockVideos(db: Database): Promise<() => Promise<void>> {
  const trx = await db.startTransaction().execute();
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

const expectHeld = (count: number) => eventually(async () => expect(await countHeld()).toBe(count));

function askOften(client: GraphQLClient, query: string, times: number) {
  return Array.from({ length: times }, () => client.send(query));
}

/** Whether a query is refused rather than left waiting; what is asked after it is answered either way. */
async function isRefused(client: GraphQLClient, query: string): Promise<boolean> {
  const answer: { value?: GraphQLAnswer } = {};
  void client.send(query).then((value) => {
    answer.value = value;
  });
  await client.request(other);
  await client.request(other);
  return answer.value !== undefined;
}

describe('while a costly query of an owner is under way', () => {
  let release: () => Promise<void>;
  let first: Promise<GraphQLAnswer>;

  beforeEach(async () => {
    release = await lockVideos(opened.db);
    first = ann.send(costly);
    await expectHeld(1);
  });

  afterEach(() => expectHeld(0));

  test('further ones wait, so many, and the next is refused, over every transport', async () => {
    const waiting = askOften(ann, costly, maxWaitingOperations + 1);
    expect(await Promise.race(waiting)).toEqual({ errors: [refused], data: null });
    const accept = { accept: 'application/graphql-response+json', ...bearer(tokens.ann) };
    expect(await (await postOperation(app.url, { query: costly }, accept)).json()).toEqual({
      errors: [refused],
      data: null,
    });
    // What Yoga reads by itself.
    const byYoga = sendBy['server-sent events']!;
    expect(JSON.parse(await byYoga(app.url, { query: costly }, bearer(tokens.ann)))).toEqual({
      errors: [refused],
      data: null,
    });
    const { value } = await ann.subscribe('websocket', costly).next();
    expect(value).toEqual({ errors: [refused], data: null });
    expect(await countHeld()).toBe(1);
    await release();
    const answers = await Promise.all([first, ...waiting]);
    const isAnswered = ({ errors }: GraphQLAnswer) => errors === undefined;
    expect(answers.filter(isAnswered)).toHaveLength(maxWaitingOperations + 1);
    const metrics = await fetch(`${app.url}/metrics`, {
      headers: bearer(await signIn('root', { roles: ['operator'] })),
    });
    expect(await metrics.text()).toContain('fovea_refused_total{limit="operations_per_owner"} 4');
  });

  test('their cheap ones pass, and whatever others ask', async () => {
    const waiting = askOften(ann, costly, 5);
    await ann.request(other);
    await ben.request(other);
    const others = [ann.send(cheap), ben.send(cheap), ben.send(costly)];
    await expectHeld(1 + others.length);
    await release();
    for (const answer of await Promise.all([first, ...waiting, ...others])) {
      expect(answer.errors).toBeUndefined();
    }
  });

  test('those whose clients leave wait no longer, over HTTP', async () => {
    const leaving = new AbortController();
    const left = Array.from({ length: maxWaitingOperations }, () =>
      fetch(`${app.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(tokens.ann) },
        body: JSON.stringify({ query: costly }),
        signal: leaving.signal,
      }),
    );
    await eventually(async () => expect(await isRefused(ann, costly)).toBe(true));
    leaving.abort();
    await Promise.allSettled(left);
    await eventually(async () => expect(await isRefused(ann, costly)).toBe(false));
    await release();
    expect((await first).errors).toBeUndefined();
  });

  test('and over a WebSocket', async () => {
    const client = createClient({
      url: `${app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: bearer(tokens.ann),
      retryAttempts: 0,
    });
    for (let count = 0; count < maxWaitingOperations; count += 1) {
      client.subscribe({ query: costly }, { next: () => {}, error: () => {}, complete: () => {} });
    }
    await eventually(async () => expect(await isRefused(ann, costly)).toBe(true));
    client.terminate();
    await eventually(async () => expect(await isRefused(ann, costly)).toBe(false));
    await release();
    expect((await first).errors).toBeUndefined();
    await client.dispose();
  });
});

test('cheap queries of one owner have half of the connections, and others the rest', async () => {
  const release = await lockVideos(opened.db);
  const held = askOften(ann, cheap, 20);
  // Of ten.
  await expectHeld(5);
  await ben.request(other);
  expect(await countHeld()).toBe(5);
  // They hold places all the same.
  const waiting = askOften(ann, cheap, maxWaitingOperations + 1);
  expect(await Promise.race(waiting)).toEqual({ errors: [refused], data: null });
  const others = askOften(ben, cheap, 4);
  await expectHeld(9);
  await release();
  for (const answer of await Promise.all([...held, ...others])) {
    expect(answer.errors).toBeUndefined();
  }
  await Promise.all(waiting);
});

test('a place comes back when a query fails', async () => {
  const failing = '{ jobs(after: "no cursor") { edges { node { id } } } }';
  for (let count = 0; count < 3; count += 1) {
    const answers = await Promise.all(askOften(ann, failing, 20));
    for (const { errors } of answers) {
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  }
});
