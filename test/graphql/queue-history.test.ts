import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { recordWorkers } from '../../src/queue/workers.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { createGraphQLClient, transports } from '../environment/clients/graphql-client.ts';
import { insertTestJob } from '../environment/jobs/insert-jobs.ts';

expectNoLeaks();

const type = 'VIDEO_SUMMARIZATION';

const server = useApiServer('external');

async function readQueue(selection: string): Promise<any> {
  const query = `query ($type: JobType!) { queue(type: $type) { ${selection} } }`;
  return (await server.graphql.request(query, { type })).queue;
}

test('a queue says what its workers can run at once, its rate, and since when it is paused', async () => {
  const { db } = server.stack;
  const worker = { queue: 'video-summarization', name: 'one', host: 'here', busy: 0 };
  const fields = 'workers capacity ratePerMinute pausedAt paused';
  const nobody = { workers: 0, capacity: 0, ratePerMinute: 10, pausedAt: null, paused: false };
  expect(await readQueue(fields)).toEqual(nobody);
  await recordWorkers(db, [
    { ...worker, id: uuidv7(), concurrency: 4 },
    { ...worker, id: uuidv7(), concurrency: 3 },
  ]);
  await server.graphql.request(`mutation { pauseQueue(type: ${type}) { pausedAt } }`);
  expect(await readQueue(fields)).toEqual({
    ...nobody,
    workers: 2,
    capacity: 7,
    pausedAt: expect.any(String),
    paused: true,
  });
  await server.graphql.request(`mutation { resumeQueue(type: ${type}) { pausedAt } }`);
  expect(await readQueue('pausedAt')).toEqual({ pausedAt: null });
  await db.deleteFrom('worker').execute();
});

test('what happened is counted by minutes, the present one last', async () => {
  const { db } = server.stack;
  const change = async (state: string, startedMinutesAgo: number, finishedMinutesAgo?: number) => {
    const { id } = await insertTestJob(db);
    const ago = (minutes: number) =>
      sql`date_trunc('minute', now()) - make_interval(mins => ${minutes}::int) + interval '5 seconds'`;
    await sql`
        update job set state = ${state}, started_at = ${ago(startedMinutesAgo)},
          finished_at = ${finishedMinutesAgo === undefined ? null : ago(finishedMinutesAgo)}
        where id = ${id}`.execute(db);
  };
  await change('ACTIVE', 2);
  await change('COMPLETED', 3, 2);
  await change('COMPLETED', 2, 2);
  await change('FAILED', 90, 1);
  await change('COMPLETED', 90, 80);
  // The minute may change between the changes and the question.
  const { history } = await readQueue('history(minutes: 5) { at started completed failed }');
  expect(history).toHaveLength(5);
  const counts = history.map(({ at: _at, ...count }: { at: string }) => count);
  const none = { started: 0, completed: 0, failed: 0 };
  expect(counts).toEqual(
    expect.arrayContaining([
      { ...none, started: 1 },
      { ...none, started: 2, completed: 2 },
      { ...none, failed: 1 },
    ]),
  );
  const times = history.map(({ at }: { at: string }) => Date.parse(at));
  expect(times.map((time: number) => time - times[0])).toEqual(
    [0, 1, 2, 3, 4].map((n) => n * 60_000),
  );
  expect((await readQueue('history { at }')).history).toHaveLength(60);
});

test.each([0, 1_441])('a history of %d minutes is refused', async (minutes) => {
  const query = `{ queue(type: ${type}) { history(minutes: ${minutes}) { at } } }`;
  const { errors } = await server.graphql.send(query);
  expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
});

test.each(transports)('all queues are told of together over %s', async (transport) => {
  const query = 'subscription { queuesUpdated { type paused } }';
  const updates = createGraphQLClient(server.url).subscribe(transport, query);
  const read = async () => (await updates.next()).value.data.queuesUpdated;
  const before = await read();
  expect(before.length).toBeGreaterThan(3);
  await server.graphql.request(`mutation { pauseQueue(type: ${type}) { paused } }`);
  for (;;) {
    const after = await read();
    if (after.some(({ paused }: { paused: boolean }) => paused)) {
      expect(after.filter(({ paused }: { paused: boolean }) => paused)).toEqual([
        { type, paused: true },
      ]);
      break;
    }
  }
  await updates.return?.();
  await server.graphql.request(`mutation { resumeQueue(type: ${type}) { paused } }`);
});
