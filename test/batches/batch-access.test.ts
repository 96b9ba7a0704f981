import { expect, test } from 'vitest';
import { bearer, createTicket, signIn } from '../environment/access/credentials.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { subscribeBy } from '../environment/clients/every-transport.ts';
import { createGraphQLClient } from '../environment/clients/graphql-client.ts';
import { listJobIds, readBatch, watchedBatch } from '../environment/jobs/batches.ts';
import { delayed, useBatches } from '../environment/jobs/use-batches.ts';

expectNoLeaks();

const own = useBatches('external');

test('a ticket of one of its jobs shows no batch', async () => {
  const started = await own.startJobs(1, delayed);
  const [jobId] = listJobIds(started);
  const ticket = await createTicket(own.graphql, jobId!);
  const watch = async (query: string, variables: object) => {
    const stream = await subscribeBy['server-sent events']!(
      own.app.url,
      { query, variables },
      bearer(ticket),
    );
    const answer = await stream.next();
    stream.close();
    return answer;
  };
  const job = 'subscription ($id: ID!) { jobUpdated(id: $id) { id batch { id } } }';
  expect(await watch(job, { id: jobId })).toEqual({
    data: { jobUpdated: { id: jobId, batch: null } },
  });
  const { errors } = await watch(watchedBatch, { id: started['batch'].id });
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

test('who may not see it is told that it is not there, and is cut off when it becomes another’s', async () => {
  const { batch } = await own.startJobs(1, delayed);
  const ben = createGraphQLClient(own.app.url, await signIn('ben'));
  expect(await readBatch(ben, batch.id)).toBeNull();
  const [refusal] = await Array.fromAsync(ben.subscribe('sse', watchedBatch, { id: batch.id }));
  expect(refusal).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  const stream = await subscribeBy['a WebSocket']!(
    own.app.url,
    { query: watchedBatch, variables: { id: batch.id } },
    own.headers,
  );
  expect(await stream.next()).toMatchObject({ data: { batchUpdated: { version: 1 } } });
  await own.app.db.updateTable('batch').set({ owner: 'ben' }).where('id', '=', batch.id).execute();
  expect(await stream.next(10_000)).toMatchObject({
    errors: [{ extensions: { code: 'NOT_FOUND' } }],
  });
  expect(await readBatch(ben, batch.id)).toMatchObject({ id: batch.id });
});
