import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestStack } from '../../environment/app/app.ts';
import type { TestStack } from '../../environment/app/app.ts';
import { startAppProcess } from '../../environment/app/app-process.ts';
import type { AppProcess } from '../../environment/app/app-process.ts';
import { subscribeFaithfully } from '../../environment/clients/faithful-subscriber.ts';
import type { FaithfulSubscriber } from '../../environment/clients/faithful-subscriber.ts';
import { createGraphQLClient, transports } from '../../environment/clients/graphql-client.ts';
import type { GraphQLClient } from '../../environment/clients/graphql-client.ts';
import { createSubjects, followJob, startJob } from '../../environment/jobs/jobs.ts';
import type { Subjects } from '../../environment/jobs/jobs.ts';
import { answerSlowly, startSteadyLoad } from '../../environment/jobs/steady-load.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { startNginx } from '../../environment/programs/nginx.ts';
import { findFreePort } from '../../environment/programs/service-process.ts';

/** Eleven processes on a machine of two processors. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const sample = join(import.meta.dirname, '../../../deploy/nginx.conf');
const replicas = 4;
const watched = 60;
const watchersEach = 5;
/** A server that ends breaks its streams one by one, with this pause between them. */
const spacingMs = 5;
const withinMs = 120_000;

const opened = new AsyncDisposableStack();
let stack: TestStack;
let env: Record<string, string>;
let ports: number[];
let apis: AppProcess[];
let workers: AppProcess[];
let graphql: GraphQLClient;
let url: string;
let subjects: Subjects;
let summaryId: string;

beforeAll(async () => {
  stack = opened.use(await createTestStack('external'));
  const model = opened.use(await startFakeModelService());
  answerSlowly(model);
  env = { ...stack.env, MODEL_SERVICE_URL: model.url, VIDEO_SUMMARIZATION_CONCURRENCY: '3' };
  ports = [];
  while (ports.length < replicas) ports.push(await findFreePort());
  apis = await Promise.all(ports.map(startApi));
  workers = await Promise.all(ports.map(startWorker));
  const text = await readFile(sample, 'utf8');
  const servers = ports.map((port) => `server 127.0.0.1:${port} fail_timeout=1s;`).join(' ');
  const nginx = opened.use(
    await startNginx((port) =>
      text
        // As for clients of many addresses.
        .replace('hash $remote_addr consistent;', '')
        .replace('server api:4000;', servers)
        .replace('listen 8080', `listen 127.0.0.1:${port}`),
    ),
  );
  url = nginx.url;
  graphql = createGraphQLClient(url);
  subjects = await createSubjects(graphql);
  const { id } = await startJob(graphql, 'summarizeVideo', subjects);
  await followJob(graphql, 'sse', id);
  const { job } = await graphql.request(
    'query ($id: ID!) { job(id: $id) { ... on VideoSummarizationJob { result { id } } } }',
    { id },
  );
  summaryId = job.result.id;
});

afterAll(async () => {
  await Promise.all([...apis, ...workers].map((it) => it[Symbol.asyncDispose]()));
  await opened.disposeAsync();
});

const startApi = (port: number) => startAppProcess('api', { ...env, PORT: String(port) });
const startWorker = () => startAppProcess('worker', env);

/** All but one are told to end, and do so as they should. */
async function scaleDown(processes: AppProcess[]): Promise<void> {
  const ending = processes.slice(1);
  for (const it of ending) it.kill('SIGTERM');
  expect(await Promise.all(ending.map((it) => it.ended))).toEqual(ending.map(() => 0));
}

/** Watches until its job is over; `lost` gets the time of its first break. */
function watch(id: string, index: number, lost: number[]): FaithfulSubscriber {
  const query = 'subscription ($id: ID!) { jobUpdated(id: $id) { version state } }';
  const breaks: number[] = [];
  return subscribeFaithfully(url, transports[index % 2]!, { query, variables: { id } }, () => {
    if (breaks.push(performance.now()) === 1) lost.push(breaks[0]!);
  });
}

/** Every version in its order; one that was seen before a break is seen again after it. */
function expectOrder({ answers }: FaithfulSubscriber): void {
  expect(answers.filter(({ errors }) => errors)).toEqual([]);
  const updates = answers.map(
    ({ data }) => data!['jobUpdated'] as { version: number; state: string },
  );
  const versions = updates.map(({ version }) => version);
  expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  expect(updates.at(-1)).toMatchObject({ state: 'COMPLETED' });
}

/** No break comes sooner than the pauses before it allow. A busy machine only makes it later. */
function expectSpread(lost: readonly number[], from: number, servers: number): void {
  const early = lost
    .toSorted((a, b) => a - b)
    .map((at, index) => ({
      afterMs: at - from,
      leastMs: (Math.ceil((index + 1) / servers) - 1) * spacingMs,
    }))
    // Timers count whole milliseconds.
    .filter(({ afterMs, leastMs }) => afterMs < leastMs - 2);
  expect(early).toEqual([]);
}

test('4 → 1 → 4 APIs and workers under 300 subscribers and a load lose no job, and who comes back is spread', async () => {
  await graphql.request('mutation { pauseQueue(type: CLAIM_EXTRACTION) { paused } }');
  const jobs = await Promise.all(
    Array.from({ length: watched }, () => startJob(graphql, 'extractClaims', { summaryId })),
  );
  const lost: number[] = [];
  const watchers = jobs.flatMap(({ id }) =>
    Array.from({ length: watchersEach }, (_, index) => watch(id, index, lost)),
  );
  await eventually(
    () => expect(watchers.filter(({ answers }) => answers.length === 0)).toEqual([]),
    { withinMs },
  );
  const load = startSteadyLoad(graphql, subjects);

  const from = performance.now();
  await scaleDown(apis);
  expect(lost.length).toBeGreaterThan(watchers.length / 3);
  expectSpread(lost, from, replicas - 1);
  await scaleDown(workers);
  apis = [apis[0]!, ...(await Promise.all(ports.slice(1).map(startApi)))];
  workers = [workers[0]!, ...(await Promise.all(ports.slice(1).map(startWorker)))];

  const loaded = await load.stop();
  await graphql.request('mutation { resumeQueue(type: CLAIM_EXTRACTION) { paused } }');
  await Promise.all(watchers.map(({ ended }) => ended));
  for (const watcher of watchers) expectOrder(watcher);
  expect(loaded.length).toBeGreaterThan(20);
  expect(new Set(loaded).size).toBe(loaded.length);
  for (const id of loaded) {
    const query = 'query ($id: ID!) { job(id: $id) { state attempts { error { code } } } }';
    await eventually(
      async () => {
        const { job } = await graphql.request(query, { id });
        expect(job.state).toBe('COMPLETED');
        // What was handed back is no fault of the job.
        expect(job.attempts.filter((it: { error: unknown }) => it.error)).toEqual([]);
      },
      { withinMs },
    );
  }
  for (const watcher of watchers) watcher.stop();
});
