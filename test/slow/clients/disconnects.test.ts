import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { startApiServer } from '../../environment/app/api-server.ts';
import type { ApiServer } from '../../environment/app/api-server.ts';
import { insertTestJobs } from '../../environment/jobs/insert-jobs.ts';
import { eventually } from '../../environment/eventually.ts';
import { measureMemory } from '../../environment/app/memory.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { openPausableSubscriber } from '../../environment/clients/pausable-subscriber.ts';

expectNoLeaks();

const cycles = 5_000;
const atOnce = 25;
/** Bytes that a cycle may leave behind, on average: compiled code, sockets that are being closed. */
const mostLeftPerCycle = 400;
const jobCount = 50;
const query = 'subscription ($id: ID!) { jobUpdated(id: $id) { version state } }';

let server: ApiServer;
let jobIds: string[];

beforeAll(async () => {
  server = await startApiServer('external');
  jobIds = (await insertTestJobs(server.stack.db, jobCount)).map(({ id }) => id);
});

afterAll(() => server[Symbol.asyncDispose]());

async function connectAndAbortByEvents(id: string): Promise<void> {
  const subscriber = await openPausableSubscriber(server.url, query, { id });
  await subscriber.began;
  await subscriber.abort();
}

async function connectAndAbortByWebSocket(id: string): Promise<void> {
  const socket = new WebSocket(
    `${server.url.replace('http', 'ws')}/graphql`,
    'graphql-transport-ws',
  );
  await once(socket, 'open');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.on('close', (code) => reject(new Error(`closed with ${code}`)));
  socket.on('message', (message: Buffer) => {
    if (message.includes('"next"')) resolve();
    if (message.includes('"connection_ack"')) socket.send(subscribe);
  });
  const payload = { query, variables: { id } };
  const subscribe = JSON.stringify({ id: '1', type: 'subscribe', payload });
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await promise;
  const closed = once(socket, 'close');
  socket.terminate();
  await closed;
}

test.each([
  ['server-sent events', connectAndAbortByEvents],
  ['WebSocket', connectAndAbortByWebSocket],
])(
  `${cycles} clients that come and go away over %s leave nothing behind`,
  async (_transport, connectAndAbort) => {
    await run(connectAndAbort, cycles / 10);
    await expectNobodyListens();
    const before = measureMemory();
    const timersBefore = countTimers();
    await run(connectAndAbort, cycles);
    await expectNobodyListens();
    await eventually(() => expect(countTimers()).toBeLessThanOrEqual(timersBefore));
    await eventually(() =>
      expect(measureMemory() - before).toBeLessThan(cycles * mostLeftPerCycle),
    );
  },
  60_000,
);

async function run(cycle: (id: string) => Promise<void>, times: number): Promise<void> {
  let left = times;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await cycle(jobIds[left % jobCount]!);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** At the broker of the process, and at Redis itself. */
async function expectNobodyListens(): Promise<void> {
  await eventually(() => expect(server.probe.listening).toBe(0));
}

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}
