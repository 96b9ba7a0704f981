import { describe, expect, test } from 'vitest';
import { stackKinds } from '../environment/app/app.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { postOperation, readEvents } from '../environment/clients/event-stream.ts';
import { subscribeBy } from '../environment/clients/every-transport.ts';
import { eventually } from '../environment/eventually.ts';
import { followBatch, listJobIds, readBatch, watchedBatch } from '../environment/jobs/batches.ts';
import { delayed, useBatches } from '../environment/jobs/use-batches.ts';

expectNoLeaks();

describe.each(stackKinds)('on the %s stack', (kind) => {
  const own = useBatches(kind);

  test.each(Object.entries(subscribeBy))(
    'over %s it sends the present, then what is newer, and ends with the end',
    async (_transport, subscribe) => {
      const started = await own.startJobs(2, delayed);
      const { id } = started['batch'];
      const request = { query: watchedBatch, variables: { id } };
      const stream = await subscribe(own.app.url, request, own.headers);
      const next = async () => (await stream.next()).data!['batchUpdated'];
      expect(await next()).toMatchObject({
        id,
        version: 1,
        counts: [{ state: 'DELAYED', count: 2 }],
      });
      const [first, second] = listJobIds(started);
      const cancel = 'mutation ($id: ID!) { cancelJob(id: $id) { __typename } }';
      await own.graphql.request(cancel, { id: first });
      expect(await next()).toMatchObject({
        version: 2,
        state: 'RUNNING',
        counts: [
          { state: 'DELAYED', count: 1 },
          { state: 'CANCELED', count: 1 },
        ],
      });
      await own.graphql.request(cancel, { id: second });
      expect(await next()).toMatchObject({ version: 3, state: 'CANCELED' });
      expect(await stream.end()).toMatch(/complete|clean/);
      expect(stream.answers).toHaveLength(3);
    },
  );

  test('its version is the event’s id, from which an EventSource goes on', async () => {
    const started = await own.startJobs(2, delayed);
    const { id } = started['batch'];
    const [first, second] = listJobIds(started);
    const open = async (known: string) => {
      const sent = { query: watchedBatch, variables: { id } };
      const headers = { accept: 'text/event-stream', 'last-event-id': known, ...own.headers };
      return readEvents(await postOperation(own.app.url, sent, headers));
    };
    await own.endSilently(first!, 'FAILED');
    await eventually(async () =>
      expect(await readBatch(own.graphql, id)).toMatchObject({ version: 2 }),
    );
    // The second is of no version that was ever sent.
    for (const known of ['1', '9']) {
      for await (const event of await open(known)) {
        if (event.name !== 'next') continue;
        expect(event).toMatchObject({ id: '2' });
        break;
      }
    }
    const rest = Array.fromAsync(await open('2'));
    await own.endSilently(second!, 'FAILED');
    const events = (await rest).filter(({ name }) => name !== undefined);
    expect(events).toMatchObject([{ name: 'next', id: '3' }, { name: 'complete' }]);
    expect(await followBatch(own.graphql, 'sse', id, 3)).toEqual([]);
    expect(await followBatch(own.graphql, 'websocket', id, 2)).toMatchObject([{ version: 3 }]);
  });

  test('what no process has told of is counted, and sent', async () => {
    const started = await own.startJobs(3, delayed);
    const { id } = started['batch'];
    const watched = followBatch(own.graphql, 'websocket', id);
    for (const jobId of listJobIds(started)) await own.endSilently(jobId, 'FAILED');
    const versions = await watched;
    expect(versions.at(-1)).toMatchObject({
      state: 'FAILED',
      counts: [{ state: 'FAILED', count: 3 }],
    });
  });
});
