import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClient } from 'graphql-ws';
import { maxWaitingOperations } from '../../../src/config/limits.ts';
import { sendBy } from '../../environment/clients/every-transport.ts';
import { eventually } from '../../environment/eventually.ts';
import type { GraphQLAnswer } from '../../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { bearer, signIn } from '../../environment/access/credentials.ts';
import { postOperation } from '../../environment/clients/event-stream.ts';
import {
  askOften,
  isRefused,
  other,
  useHeldOperations,
} from '../../environment/access/use-held-operations.ts';

expectNoLeaks();

/** More than half of what a query may cost, so that an owner has one at a time. It reads videos. */
const costly =
  '{ videos(first: 100) { edges { node { summaries { id createdAt confidence } } } } }';
const cheap = '{ videos(first: 1) { edges { node { id } } } }';

const refused = {
  message: 'At most 20 operations at once, costly ones fewer, and 100 that wait.',
  extensions: { code: 'RATE_LIMITED', retryAfterMs: 5_000 },
};

const operations = useHeldOperations();

describe('while a costly query of an owner is under way', () => {
  let release: () => Promise<void>;
  let first: Promise<GraphQLAnswer>;

  beforeEach(async () => {
    release = await operations.lockVideos();
    first = operations.ann.send(costly);
    await operations.expectHeld(1);
  });

  afterEach(() => operations.expectHeld(0));

  test('further ones wait, so many, and the next is refused, over every transport', async () => {
    const waiting = askOften(operations.ann, costly, maxWaitingOperations + 1);
    expect(await Promise.race(waiting)).toEqual({ errors: [refused], data: null });
    const accept = {
      accept: 'application/graphql-response+json',
      ...bearer(operations.tokens.ann),
    };
    expect(await (await postOperation(operations.url, { query: costly }, accept)).json()).toEqual({
      errors: [refused],
      data: null,
    });
    // What Yoga reads by itself.
    const byYoga = sendBy['server-sent events']!;
    expect(
      JSON.parse(await byYoga(operations.url, { query: costly }, bearer(operations.tokens.ann))),
    ).toEqual({
      errors: [refused],
      data: null,
    });
    const { value } = await operations.ann.subscribe('websocket', costly).next();
    expect(value).toEqual({ errors: [refused], data: null });
    expect(await operations.countHeld()).toBe(1);
    await release();
    const answers = await Promise.all([first, ...waiting]);
    const isAnswered = ({ errors }: GraphQLAnswer) => errors === undefined;
    expect(answers.filter(isAnswered)).toHaveLength(maxWaitingOperations + 1);
    const metrics = await fetch(`${operations.url}/metrics`, {
      headers: bearer(await signIn('root', { roles: ['operator'] })),
    });
    expect(await metrics.text()).toContain('fovea_refused_total{limit="operations_per_owner"} 4');
  });

  test('their cheap ones pass, and whatever others ask', async () => {
    const waiting = askOften(operations.ann, costly, 5);
    await operations.ann.request(other);
    await operations.ben.request(other);
    const others = [
      operations.ann.send(cheap),
      operations.ben.send(cheap),
      operations.ben.send(costly),
    ];
    await operations.expectHeld(1 + others.length);
    await release();
    for (const answer of await Promise.all([first, ...waiting, ...others])) {
      expect(answer.errors).toBeUndefined();
    }
  });

  test('those whose clients leave wait no longer, over HTTP', async () => {
    const leaving = new AbortController();
    const left = Array.from({ length: maxWaitingOperations }, () =>
      fetch(`${operations.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(operations.tokens.ann) },
        body: JSON.stringify({ query: costly }),
        signal: leaving.signal,
      }),
    );
    await eventually(async () => expect(await isRefused(operations.ann, costly)).toBe(true));
    leaving.abort();
    await Promise.allSettled(left);
    await eventually(async () => expect(await isRefused(operations.ann, costly)).toBe(false));
    expect(operations.errors).toEqual([]);
    await release();
    expect((await first).errors).toBeUndefined();
  });

  test('and over a WebSocket', async () => {
    const client = createClient({
      url: `${operations.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: bearer(operations.tokens.ann),
      retryAttempts: 0,
    });
    for (let count = 0; count < maxWaitingOperations; count += 1) {
      client.subscribe({ query: costly }, { next: () => {}, error: () => {}, complete: () => {} });
    }
    await eventually(async () => expect(await isRefused(operations.ann, costly)).toBe(true));
    client.terminate();
    await eventually(async () => expect(await isRefused(operations.ann, costly)).toBe(false));
    expect(operations.errors).toEqual([]);
    await release();
    expect((await first).errors).toBeUndefined();
    await client.dispose();
  });
});

test('cheap queries of one owner have half of the connections, and others the rest', async () => {
  const release = await operations.lockVideos();
  const held = askOften(operations.ann, cheap, 20);
  // Of ten.
  await operations.expectHeld(5);
  await operations.ben.request(other);
  expect(await operations.countHeld()).toBe(5);
  // They hold places all the same.
  const waiting = askOften(operations.ann, cheap, maxWaitingOperations + 1);
  expect(await Promise.race(waiting)).toEqual({ errors: [refused], data: null });
  const others = askOften(operations.ben, cheap, 4);
  await operations.expectHeld(9);
  await release();
  for (const answer of await Promise.all([...held, ...others])) {
    expect(answer.errors).toBeUndefined();
  }
  await Promise.all(waiting);
});

test('a place comes back when a query fails', async () => {
  const failing = '{ jobs(after: "no cursor") { edges { node { id } } } }';
  for (let count = 0; count < 3; count += 1) {
    const answers = await Promise.all(askOften(operations.ann, failing, 20));
    for (const { errors } of answers) {
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  }
});
