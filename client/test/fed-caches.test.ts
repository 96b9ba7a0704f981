import { cacheExchange, Client, createRequest, makeResult } from '@urql/core';
import type { Exchange, OperationResult } from '@urql/core';
import { expect, onTestFinished, test } from 'vitest';
import { filter, fromValue, makeSubject, merge, mergeMap, never, pipe } from 'wonka';
import { createSource } from '../src/source.ts';
import { createJobTopic } from '../src/topics/job.ts';
import type { Watch } from '../src/wire/watch.ts';
import { jobsExchange } from '../src/urql/index.ts';

// Caches that take nothing from subscriptions by themselves.

// urql-graphql/urql#2853
test('in the document cache of urql, a query shows what a subscription has said', async () => {
  const pushed = makeSubject<object>();
  const server: Exchange = () => (operations$) =>
    pipe(
      operations$,
      filter(({ kind }) => kind !== 'teardown'),
      mergeMap((operation) => {
        const answer = (data: object) => makeResult(operation, { data, hasNext: true });
        if (operation.kind === 'subscription')
          return pipe(
            pushed.source,
            mergeMap((jobUpdated) => fromValue(answer({ jobUpdated }))),
          );
        const job = { __typename: 'TranscriptionJob', id: 'a', version: 4, state: 'ACTIVE' };
        return merge([fromValue(makeResult(operation, { data: { job } })), never]);
      }),
    );
  const client = new Client({ url: '/', exchanges: [cacheExchange, jobsExchange(), server] });
  const shown: unknown[] = [];
  const show = ({ data }: OperationResult<{ job: { state: string } }>) =>
    shown.push(data?.job.state);
  const queried = client.query('{ job(id: "a") { state } }', {}).subscribe(show);
  const document = 'subscription { jobUpdated(id: "a") { state } }';
  const { query } = createRequest(document, {});
  const watched = client.subscription(query, {}).subscribe(() => undefined);
  onTestFinished(() => {
    watched.unsubscribe();
    queried.unsubscribe();
  });
  pushed.next({ __typename: 'TranscriptionJob', id: 'a', version: 5, state: 'COMPLETED' });
  pushed.next({ __typename: 'TranscriptionJob', id: 'a', version: 3, state: 'QUEUED' });
  expect(shown).toEqual(['ACTIVE', 'COMPLETED']);
  // Who comes later is told by the cache.
  const later = await client.query<{ job: object }>('{ job(id: "a") { state } }', {}).toPromise();
  expect(later.data!.job).toMatchObject({ state: 'COMPLETED' });
});

// TanStack/query#171: its author has declined subscriptions, and people push into its cache by hand.
test('a source feeds a cache of the page’s own, and tells a change of one moment once', async () => {
  let watch: Watch | undefined;
  const wire = {
    watch: (given: Watch) => {
      watch = given;
      return () => undefined;
    },
  };
  const source = createSource(wire, createJobTopic('a'), () => undefined);
  const cache = new Map<string, unknown>();
  let writes = 0;
  const stop = source.subscribe(() => {
    writes += 1;
    cache.set('a', source.get().value);
  });
  for (const version of [1, 2, 3])
    watch!.next({ jobUpdated: { id: 'a', version, state: 'ACTIVE' } });
  await Promise.resolve();
  expect([writes, cache.get('a')]).toEqual([1, { id: 'a', version: 3, state: 'ACTIVE' }]);
  watch!.next({ jobUpdated: { id: 'a', version: 4, state: 'COMPLETED' } });
  watch!.end();
  await Promise.resolve();
  expect([writes, cache.get('a')]).toEqual([2, expect.objectContaining({ state: 'COMPLETED' })]);
  stop();
});

// get-convex/convex-helpers#13: while arguments change, what is shown is not that of the ones before, and what is known is there at once.
test('who comes back to a job within five seconds sees what was known of it at once', () => {
  const wire = {
    watch: (given: Watch) => {
      given.next({ jobUpdated: { id: 'a', version: 7, state: 'ACTIVE' } });
      return () => undefined;
    },
  };
  const source = createSource(wire, createJobTopic('a'), () => undefined);
  source.subscribe(() => undefined)();
  expect(source.get().value).toMatchObject({ version: 7 });
});
