import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApiServer } from '../../environment/app/api-server.ts';
import type { ApiServer } from '../../environment/app/api-server.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { postOperation, readEvents } from '../../environment/clients/event-stream.ts';
import type { GraphQLAnswer } from '../../environment/clients/graphql-client.ts';
import { eventually } from '../../environment/eventually.ts';
import { insertTestJob } from '../../environment/jobs/insert-jobs.ts';
import { active, completed, toUpdates } from '../../environment/jobs/job-changes.ts';
import { createLimits } from '../../../src/access/limits/limits.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { noLimits } from '../../environment/access/limits.ts';
import { applyJobUpdates } from '../../../src/jobs/rows/update.ts';
import { publishJobs } from '../../../src/pubsub/publish.ts';

// What one operation may do is tested over every transport, and a list of operations is one of them.
expectNoLeaks();

const query = 'subscription ($id: ID!) { jobUpdated(id: $id) { version state } }';
const limits = createLimits({
  config: { ...noLimits, subscriptionsPerConnection: 2 },
  maxQueryCost: 10_000,
  db: undefined as never, // this limit reads no row
  redis: null,
  prefix: '',
  logger: createLogger('silent', false),
  onRefused: () => undefined,
});
let server: ApiServer;

beforeAll(async () => {
  server = await startApiServer('embedded', { limits: { connect: limits.connect } });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await limits[Symbol.asyncDispose]();
});

function post(operations: readonly object[], accept = 'text/event-stream', signal?: AbortSignal) {
  return postOperation(server.url, operations, { accept }, signal);
}

const watch = (operationId: string, id: string) => ({
  query,
  variables: { id },
  extensions: { operationId },
});

interface Event {
  name: string;
  id: string;
  payload?: GraphQLAnswer;
}

async function* readNamed(response: Response): AsyncGenerator<Event> {
  for await (const { name, text } of readEvents(response)) {
    if (name !== undefined) yield { name, ...(JSON.parse(text) as Omit<Event, 'name'>) };
  }
}

async function complete(jobId: string): Promise<void> {
  const { db, broker } = server.stack;
  for (const update of toUpdates(jobId, [active(1, 5), completed(1)])) {
    await publishJobs(broker, await applyJobUpdates(db, [update]));
  }
}

test('one stream carries the events of all, each with its id, and ends with the last one', async () => {
  const job = await insertTestJob(server.stack.db);
  const response = await post([
    watch('job', job.id),
    { query: '{ queues { type } }', extensions: { operationId: 'queues' } },
    watch('nobody', '00000000-0000-7000-8000-000000000000'),
    { query: '{ nothing }', extensions: { operationId: 'wrong' } },
  ]);
  const seen: Record<string, unknown[]> = {};
  for await (const { name, id, payload } of readNamed(response)) {
    (seen[id] ??= []).push(name === 'complete' ? name : (payload!.errors?.[0]?.extensions ?? name));
    if (Object.keys(seen).length === 4 && seen['job']?.length === 1) await complete(job.id);
  }
  expect(seen).toEqual({
    job: [...Array.from({ length: seen['job']!.length - 1 }, () => 'next'), 'complete'],
    queues: ['next', 'complete'],
    nobody: [{ code: 'NOT_FOUND' }, 'complete'],
    wrong: [{ code: 'GRAPHQL_VALIDATION_FAILED' }, 'complete'],
  });
});

test('those that are too many for one connection are refused, and the others go on', async () => {
  const { id } = await insertTestJob(server.stack.db);
  const leave = new AbortController();
  const operations = ['1', '2', '3'].map((name) => watch(name, id));
  const codes: unknown[] = [];
  for await (const { payload } of readNamed(await post(operations, undefined, leave.signal))) {
    if (payload) codes.push(payload.errors?.[0]?.extensions?.['code']);
    if (codes.length === 3) break;
  }
  expect(codes.filter((code) => code !== undefined)).toEqual(['RATE_LIMITED']);
  await eventually(() => expect(server.probe.listening).toBe(0));
});

test.each([
  ['an operation without an id', [{ query }]],
  ['two with the same id', [watch('1', '1'), watch('1', '2')]],
  ['no operation', []],
  ['more than 100', Array.from({ length: 101 }, (_, index) => watch(String(index), '1'))],
  ['what is no operation', [1]],
])('a list with %s is refused as a whole', async (_what, operations) => {
  const response = await post(operations as object[]);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ message: expect.any(String) }] });
});

test('a list has no other answer than a stream', async () => {
  const response = await post([watch('1', '1')], 'application/json');
  expect(response.status).toBe(400);
  await response.arrayBuffer();
});
