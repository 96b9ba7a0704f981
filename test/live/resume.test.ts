import { expect, test } from 'vitest';
import { useTestApp } from '../environment/app/use-test-app.ts';
import { eventually } from '../environment/eventually.ts';
import { transports } from '../environment/clients/graphql-client.ts';
import type { GraphQLAnswer } from '../environment/clients/graphql-client.ts';
import { followJob, readJob, startHeldSummary } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { postOperation, readEvents } from '../environment/clients/event-stream.ts';
import type { ServerEvent } from '../environment/clients/event-stream.ts';

expectNoLeaks();

const fields = 'id state version progress stage attempt';
const subscription = `subscription ($id: ID!, $after: Int) { jobUpdated(id: $id, after: $after) { ${fields} } }`;

const own = useTestApp('external', { env: { PING_INTERVAL_MS: '100' } });

/** A job that nothing moves until the gate is opened. */
async function startRestingJob() {
  const { id, looking, writing } = await startHeldSummary(own.app.graphql, own.model);
  writing.open();
  const version = await eventually(async () => {
    const job = await readJob(own.app.graphql, id);
    expect(job).toMatchObject({ state: 'ACTIVE', stage: 'Looking' });
    return job['version'] as number;
  });
  return { id, version, gate: looking };
}

/** A job that has ended, the same for all tests. */
const findFinishedJob = async () => (finished ??= finishJob());
let finished: Promise<{ id: string; version: number }> | undefined;

async function finishJob(): Promise<{ id: string; version: number }> {
  const { id, gate } = await startRestingJob();
  gate.open();
  const final = (await followJob(own.app.graphql, 'sse', id)).at(-1)!;
  return { id, version: final['version'] };
}

async function openEvents(variables: object, headers: Record<string, string> = {}) {
  const body = { query: subscription, variables: { ...variables } };
  return readEvents(
    await postOperation(own.app.url, body, { accept: 'text/event-stream', ...headers }),
  );
}

test('a client goes from SSE to WebSocket to polling with one cursor, and gets nothing twice', async () => {
  const { id, looking, writing } = await startHeldSummary(own.app.graphql, own.model);
  const everything = Array.fromAsync(own.app.graphql.subscribe('sse', subscription, { id }));
  const seen: Record<string, any>[] = [];

  for await (const answer of own.app.graphql.subscribe('sse', subscription, { id })) {
    seen.push(toJob(answer));
    if (seen.at(-1)!['stage'] === 'Looking') break;
  }
  looking.open();
  const variables = { id, after: seen.at(-1)!['version'] };
  for await (const answer of own.app.graphql.subscribe('websocket', subscription, variables)) {
    seen.push(toJob(answer));
    if (seen.at(-1)!['stage'] === 'Writing') break;
  }
  writing.open();
  await eventually(async () => {
    const { job } = await own.app.graphql.request(
      `query ($id: ID!) { job(id: $id) { ${fields} } }`,
      {
        id,
      },
    );
    if (job.version !== seen.at(-1)!['version']) seen.push(job);
    expect(job.state).toBe('COMPLETED');
  });

  expectGrowth(seen.map(({ version }) => version as number));
  const reference = new Map((await everything).map(toJob).map((job) => [job['version'], job]));
  expect(reference.get(seen.at(-1)!['version'])).toEqual(seen.at(-1));
  for (const job of seen) expect(reference.get(job['version']) ?? job).toEqual(job);
});

test('every version is an event under its number, and pings and the end are under none', async () => {
  const { id, version, gate } = await startRestingJob();
  const events: ServerEvent[] = [];
  for await (const event of await openEvents({ id })) {
    events.push(event);
    // The opening comment, the job as it is, and a ping.
    if (events.length === 3) gate.open();
  }
  expect(events.slice(0, 3).map((event) => event.name)).toEqual([undefined, 'next', undefined]);
  expect(events.at(-1)).toEqual({ name: 'complete', id: undefined, text: '' });
  for (const event of events.filter(({ name }) => name !== 'next')) {
    expect(event.id).toBeUndefined();
  }
  const updates = events.filter(({ name }) => name === 'next');
  expect(updates[0]!.id).toBe(String(version));
  for (const { id, text } of updates) expect(id).toBe(String(toJob(JSON.parse(text)).version));
  expectGrowth(updates.map((event) => Number(event.id)));
});

test('an error is an event under no number', async () => {
  const events = await Array.fromAsync(await openEvents({ id: 'nobody' }));
  expect(events.map(({ name, id }) => [name, id])).toEqual([
    [undefined, undefined],
    ['next', undefined],
    ['complete', undefined],
  ]);
  expect(JSON.parse(events[1]!.text)).toMatchObject({
    errors: [{ extensions: { code: 'NOT_FOUND' } }],
  });
});

test('what a client had last counts for more than its argument', async () => {
  const { id, version, gate } = await startRestingJob();
  const behind = await openEvents({ id, after: version }, { 'last-event-id': String(version - 1) });
  expect(await nextId(behind)).toBe(version);
  await behind.return(undefined);

  const ahead = await openEvents({ id, after: version - 1 }, { 'last-event-id': `${version}` });
  await ahead.next();
  const { value: ping } = await ahead.next();
  expect(ping).toMatchObject({ name: undefined });
  gate.open();
  const events = await Array.fromAsync(ahead);
  const ids = events.flatMap(({ id }) => (id === undefined ? [] : [Number(id)]));
  expectGrowth([version, ...ids]);
  expect(ids.length).toBeGreaterThan(0);
});

test.each(['1000000', '-1', '1.5', 'none'])(
  'a client that had %s last is given the job as it is',
  async (lastEventId) => {
    const { id, version } = await findFinishedJob();
    const events = await openEvents({ id }, { 'last-event-id': lastEventId });
    expect(await nextId(events)).toBe(version);
    expect((await Array.fromAsync(events)).map(({ name }) => name)).toEqual(['complete']);
  },
);

test('a client that has the end of a job is told so at once, by either cursor', async () => {
  const { id, version } = await findFinishedJob();
  const byHeader = await openEvents({ id }, { 'last-event-id': String(version) });
  expect((await Array.fromAsync(byHeader)).map(({ name }) => name)).toEqual([
    undefined,
    'complete',
  ]);
  for (const transport of transports) {
    const rest = own.app.graphql.subscribe(transport, subscription, { id, after: version });
    expect(await Array.fromAsync(rest)).toEqual([]);
  }
});

function toJob({ data, errors }: GraphQLAnswer): Record<string, any> {
  expect(errors).toBeUndefined();
  return data!['jobUpdated'];
}

/** The number of the next event that has a name. */
async function nextId(events: AsyncGenerator<ServerEvent>): Promise<number> {
  let event = await events.next();
  while (!event.done && event.value.name === undefined) event = await events.next();
  return Number((event.value as ServerEvent).id);
}

function expectGrowth(versions: number[]): void {
  expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
}
