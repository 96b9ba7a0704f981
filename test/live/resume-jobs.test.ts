import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { readHistoryCursor, toHistoryCursor } from '../../src/db/history-point.ts';
import { applyJobUpdates } from '../../src/jobs/rows/update.ts';
import { publishJobs } from '../../src/pubsub/publish.ts';
import { stackKinds } from '../environment/app/app.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { createGraphQLClient, transports } from '../environment/clients/graphql-client.ts';
import type { Transport } from '../environment/clients/graphql-client.ts';
import { postOperation, readEvents } from '../environment/clients/event-stream.ts';
import type { ServerEvent } from '../environment/clients/event-stream.ts';
import { insertTestJob } from '../environment/jobs/insert-jobs.ts';
import { active, completed, failed, toUpdates } from '../environment/jobs/job-changes.ts';
import type { JobChange } from '../environment/jobs/job-changes.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { eventually } from '../environment/eventually.ts';

expectNoLeaks();

const query = `subscription ($filter: JobFilter, $after: String) {
  jobsUpdated(filter: $filter, after: $after) { matches cursor job { id state version } } }`;

interface Update {
  matches: boolean;
  cursor: string;
  job: { id: string; state: string; version: number } | null;
}

describe.each(stackKinds)('on the %s stack', (kind) => {
  const server = useApiServer(kind);

  /** Changes a job; whoever is away does not hear of it. */
  async function change(jobId: string, changes: readonly JobChange[]): Promise<void> {
    const { db, broker } = server.stack;
    for (const update of toUpdates(jobId, changes)) {
      await publishJobs(broker, await applyJobUpdates(db, [update]));
    }
  }

  /** What a client is sent up to the event without a job, that event included. */
  async function readPresent(
    transport: Transport,
    { filter, after }: { filter?: object; after?: string | undefined } = {},
  ): Promise<Update[]> {
    const answers = createGraphQLClient(server.url).subscribe(transport, query, { filter, after });
    const updates: Update[] = [];
    for await (const { data, errors } of answers) {
      if (errors) throw new Error(JSON.stringify(errors));
      updates.push(data!['jobsUpdated']);
      if (!updates.at(-1)!.job) break;
    }
    return updates;
  }

  describe.each(transports)('over %s', (transport) => {
    test('a job that ended while a client was away is sent when it comes back, before the end of the present', async () => {
      const { id } = await insertTestJob(server.stack.db);
      const filter = { ids: [id] };
      const [before, present] = await readPresent(transport, { filter });
      expect(before).toMatchObject({ job: { id, state: 'QUEUED' }, matches: true });
      expect(present).toMatchObject({ job: null, matches: true });
      await change(id, [active(1, 10), completed(1)]);
      const after = present!.cursor;
      let updates = await readPresent(transport, { filter, after });
      expect(updates).toMatchObject([
        { job: { id, state: 'COMPLETED' }, matches: true, cursor: after },
        { job: null },
      ]);
      // Who was not there is not told of it, nor is who was, once no older transaction of the whole cluster runs any more.
      expect(await readPresent(transport, { filter })).toMatchObject([{ job: null }]);
      await eventually(async () => {
        updates = await readPresent(transport, { filter, after: updates.at(-1)!.cursor });
        expect(updates).toMatchObject([{ job: null }]);
      });
    });

    test('a job that left the filter while a client was away is taken off its list', async () => {
      const [begun, ended] = [
        await insertTestJob(server.stack.db),
        await insertTestJob(server.stack.db),
      ];
      const filter = { states: ['QUEUED'], ids: [begun.id, ended.id] };
      const after = (await readPresent(transport, { filter })).at(-1)!.cursor;
      await change(begun.id, [active(1, 10)]);
      await change(ended.id, [active(1, 10), failed]);
      const updates = await readPresent(transport, { filter, after });
      expect(updates.map(({ job, matches }) => [job?.id, job?.state, matches])).toEqual([
        [begun.id, 'ACTIVE', false],
        [ended.id, 'FAILED', false],
        [undefined, undefined, true],
      ]);
    });
  });

  test('a browser’s EventSource resumes by the id of its last event', async () => {
    const { id } = await insertTestJob(server.stack.db);
    const open = async (headers: Record<string, string>) =>
      readEvents(
        await postOperation(
          server.url,
          { query, variables: { filter: { ids: [id] } } },
          { accept: 'text/event-stream', ...headers },
        ),
      );
    const first = await open({});
    const lastEventId = (await nextEvent(first)).id!;
    await first.return(undefined);
    await change(id, [active(1, 10), completed(1)]);
    const second = await open({ 'last-event-id': lastEventId });
    const { data } = JSON.parse((await nextEvent(second)).text);
    expect(data.jobsUpdated).toMatchObject({ job: { id, state: 'COMPLETED' }, matches: true });
    await second.return(undefined);
  });

  test.each([
    ['of another cluster', { cluster: '1' }],
    ['from before a failover', { timeline: '0000FFFF' }],
    ['from a future that has not come', { xid: '999999999999' }],
  ])('a cursor %s misses no end, as its time decides', async (_what, change_) => {
    const { id } = await insertTestJob(server.stack.db);
    const present = (await readPresent('sse')).at(-1)!;
    await change(id, [active(1, 10), completed(1)]);
    const point = { ...readHistoryCursor(present.cursor)!, ...change_ };
    const updates = await readPresent('sse', { after: toHistoryCursor(point) });
    expect(updates.map(({ job }) => job?.id)).toContain(id);
  });

  test('a cursor of no known form is the same as none', async () => {
    const { id } = await insertTestJob(server.stack.db);
    for (const after of ['', '7', 'x'.repeat(10_000), toHistoryCursor({ xid: 'x' } as never)]) {
      const updates = await readPresent('sse', { filter: { ids: [id] }, after });
      expect(updates).toMatchObject([{ job: { id } }, { job: null }]);
    }
  });

  test.runIf(kind === 'external')(
    'an end is not missed whose transaction began before the cursor, and committed after it',
    async () => {
      const { db } = server.stack;
      const [slow, quick] = [await insertTestJob(db), await insertTestJob(db)];
      const end = sql`state = 'FAILED', version = version + 1, finished_at = now()`;
      const trx = await db.startTransaction().execute();
      await sql`update job set ${end} where id = ${slow.id}`.execute(trx);
      await sql`update job set ${end} where id = ${quick.id}`.execute(db);
      const after = (await readPresent('sse')).at(-1)!.cursor;
      await trx.commit().execute();
      const updates = await readPresent('sse', { after });
      expect(updates.map(({ job }) => job?.id)).toContain(slow.id);
    },
  );
});

/** The next event with data: the first of a stream only says that it has begun. */
async function nextEvent(events: AsyncGenerator<ServerEvent>): Promise<ServerEvent> {
  const { value } = await events.next();
  return value.text === '' ? nextEvent(events) : value;
}
