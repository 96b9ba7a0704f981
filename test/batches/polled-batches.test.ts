import { expect, test } from 'vitest';
import { bearer, createTicket } from '../environment/access/credentials.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { listJobIds } from '../environment/jobs/batches.ts';
import { delayed, useBatches } from '../environment/jobs/use-batches.ts';

expectNoLeaks();

const own = useBatches('external');

function poll(path: string, has?: string, headers: Record<string, string> = own.headers) {
  const known: Record<string, string> = has === undefined ? {} : { 'if-none-match': has };
  return fetch(`${own.app.url}/api/batches/${path}`, { headers: { ...headers, ...known } });
}

test('a batch is described under its version, and not again to who has that', async () => {
  const { batch } = await own.startJobs(2, delayed);
  const answer = await poll(batch.id);
  expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"1"']);
  expect(answer.headers.get('cache-control')).toBe('private, no-cache');
  expect(await answer.json()).toEqual({
    batchId: batch.id,
    name: null,
    state: 'running',
    version: 1,
    progress: 0,
    counts: { delayed: 2 },
    createdAt: batch.createdAt,
    completedAt: null,
  });
  const again = await poll(batch.id, '"1"');
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test('who waits is answered as soon as there is something newer', async () => {
  const started = await own.startJobs(1, delayed);
  const { id } = started['batch'];
  const [jobId] = listJobIds(started);
  const waiting = poll(`${id}?waitMs=20000`, '"1"');
  await own.graphql.request('mutation ($id: ID!) { cancelJob(id: $id) { __typename } }', {
    id: jobId,
  });
  const answer = await waiting;
  expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"2"']);
  expect(await answer.json()).toMatchObject({ state: 'canceled', counts: { canceled: 1 } });
  // Nothing more will come.
  expect((await poll(`${id}?waitMs=20000`, '"2"')).status).toBe(304);
});

test('what is no batch, or not for a ticket, is not there', async () => {
  const started = await own.startJobs(1, delayed);
  const [jobId] = listJobIds(started);
  const ticket = bearer(await createTicket(own.graphql, jobId!));
  for (const answer of [
    await poll(jobId!),
    await poll('none'),
    await poll(started['batch'].id, undefined, ticket),
  ]) {
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ errors: [{ message: 'There is no such batch.' }] });
  }
});
