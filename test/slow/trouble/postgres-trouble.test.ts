import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { eventually } from '../../environment/eventually.ts';
import { streamAnswer, defaultAnswer } from '../../environment/model-service/answers.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { sendBy } from '../../environment/clients/every-transport.ts';
import { createGate } from '../../environment/model-service/gate.ts';
import { createSubjects, readJob, startJob } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { postOperation } from '../../environment/clients/event-stream.ts';
import { runJob } from '../../environment/jobs/results.ts';
import {
  faults,
  noConnections,
  readOnlySessions,
  startFaultyPostgres,
} from '../../environment/programs/faulty-postgres.ts';
import type { FaultyPostgres } from '../../environment/programs/faulty-postgres.ts';

expectNoLeaks();

const types = {
  summarizeVideo: { path: '/api/summarize', attempts: 3 },
  extractClaims: { path: '/api/extract-claims', attempts: 3 },
  synthesizeClaims: { path: '/api/synthesize-summary', attempts: 2 },
} as const;
type Mutation = keyof typeof types;
const mutations = Object.keys(types) as Mutation[];

let postgres: FaultyPostgres;
let stack: TestStack;
let env: Record<string, string>;
let model: FakeModelService;
let app: TestApp;
let inputs: Record<Mutation, object>;
/** Attempts that were given back because of the database, by the app's log. */
let cutOff = 0;
/** Reports that could not be written at once, by the app's log. */
let unsent = 0;

beforeAll(async () => {
  postgres = await startFaultyPostgres();
  stack = await createTestStack('external');
  model = await startFakeModelService();
  env = {
    // Shorter than in production, for the sake of the tests.
    DATABASE_URL: `${postgres.url}?lock_timeout=500`,
    MODEL_SERVICE_URL: model.url,
    MIGRATE_ON_START: 'true',
    METRICS_PORT: '0',
    VIDEO_SUMMARIZATION_CONCURRENCY: '1',
    CLAIM_EXTRACTION_CONCURRENCY: '1',
    CLAIM_SYNTHESIS_CONCURRENCY: '1',
  };
  const write = (line: string) => {
    if (line.includes('report not sent')) unsent += 1;
    if (line.includes('database in trouble')) cutOff += 1;
  };
  app = await startTestApp({ stack, env, logger: pino({ level: 'warn' }, { write }) });
  const subjects = await createSubjects(app.graphql);
  const { result } = await runJob(app.graphql, 'summarizeVideo', subjects);
  inputs = {
    summarizeVideo: subjects,
    extractClaims: { summaryId: result.id },
    synthesizeClaims: { summaryIds: [result.id] },
  };
  await runJob(app.graphql, 'extractClaims', inputs.extractClaims);
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

beforeEach(() => {
  cutOff = 0;
  unsent = 0;
});

/** A job of each type. */
async function startAll(): Promise<{ id: string; mutation: Mutation }[]> {
  const start = (mutation: Mutation) => startJob(app.graphql, mutation, inputs[mutation]);
  return Promise.all(
    mutations.map(async (mutation) => ({ mutation, id: (await start(mutation))['id'] })),
  );
}

const expectReadiness = (status: string) =>
  eventually(async () => {
    const response = await fetch(`${app.probesUrl}/readyz`);
    expect(await response.json()).toMatchObject({ status });
  });

/** Expects that all attempts but the last were given back: the job still has the others. */
async function expectUncharged(id: string, mutation: Mutation): Promise<void> {
  const job = await readJob(app.graphql, id);
  expect(job).toMatchObject({ state: 'COMPLETED', error: null });
  const attempts = job['attempts'] as { error: unknown; finishedAt: string | null }[];
  for (const { error, finishedAt } of attempts) {
    expect({ error, isOpen: finishedAt === null }).toEqual({ error: null, isOpen: false });
  }
  const { attempt, maxAttempts } = job;
  expect({ attempt, left: maxAttempts - attempt }).toEqual({
    attempt: attempts.length,
    left: types[mutation].attempts - 1,
  });
}

describe('when PostgreSQL is in trouble', () => {
  test.each(faults)('$name: every job completes, and is charged nothing', async (fault) => {
    const gates = mutations.map((mutation) => model.hold(types[mutation].path));
    const running = await startAll();
    await Promise.all(gates.map((gate) => gate.reached()));
    const waiting = await startAll();
    const end = await fault.begin(postgres);
    try {
      for (const gate of gates) gate.open();
      if (fault.isReported) await expectReadiness('unavailable');
      if (fault.fails) await eventually(() => expect(cutOff).toBeGreaterThanOrEqual(3));
    } finally {
      await end();
    }
    await expectReadiness('ready');
    for (const { id, mutation } of [...running, ...waiting]) {
      await eventually(() => expectUncharged(id, mutation));
    }
  });

  test('clients are told when to retry, over every transport', async () => {
    const jobs = await startAll();
    const [job] = jobs;
    const end = await noConnections.begin(postgres);
    try {
      await expectReadiness('unavailable');
      const operation = { query: '{ jobs(first: 1) { edges { node { id } } } }' };
      const subscription = {
        query: 'subscription ($id: ID!) { jobUpdated(id: $id) { id } }',
        variables: { id: job!.id },
      };
      for (const [transport, ask] of Object.entries(sendBy)) {
        const isPlain = /POST|GET/.test(transport);
        const { errors } = JSON.parse(await ask(app.url, isPlain ? operation : subscription));
        expect(errors, transport).toMatchObject([
          { extensions: { code: 'SERVICE_UNAVAILABLE', retryAfterMs: 2_000 } },
        ]);
        expect(errors[0].extensions, transport).not.toHaveProperty('http');
      }
      const plain = await postOperation(app.url, operation, { accept: 'application/json' });
      const byYoga = await postOperation(app.url, operation, { accept: 'text/event-stream' });
      await byYoga.body?.cancel();
      const polled = await fetch(`${app.url}/api/jobs/${job!.id}`);
      expect([plain, byYoga, polled].map(({ headers }) => headers.get('retry-after'))).toEqual([
        '2',
        '2',
        '2',
      ]);
      expect(polled.status).toBe(503);
    } finally {
      await end();
    }
    await expectReadiness('ready');
    for (const { id, mutation } of jobs) await eventually(() => expectUncharged(id, mutation));
  });

  test('what a job logs meanwhile is stored afterwards', async () => {
    const [mayTalk, mayEnd] = [createGate(), createGate()];
    const line = { log: { level: 'info' as const, message: 'Logged while it was read-only.' } };
    const last = { progress: 0.9, stage: 'Last' };
    model.answer('/api/summarize', streamAnswer('/api/summarize', [mayTalk, line, last, mayEnd]));
    model.hold('/api/summarize').open();
    const { id } = await startJob(app.graphql, 'summarizeVideo', inputs.summarizeVideo);
    await mayTalk.reached();
    const end = await readOnlySessions.begin(postgres);
    // Until the sessions have reloaded the setting, a line would still be written.
    await expectReadiness('unavailable');
    mayTalk.open();
    await eventually(() => expect(unsent).toBeGreaterThan(0));
    await end();
    mayEnd.open();
    await eventually(() => expectUncharged(id, 'summarizeVideo'));
    const { attempt, logs } = await readJob(app.graphql, id);
    expect(attempt).toBe(1);
    expect(logs).toMatchObject([{ sequence: 1, message: line.log.message }]);
    model.answer('/api/summarize', (call) => defaultAnswer('/api/summarize', call));
  });

  test('a job that waits for the database can be canceled', async () => {
    const gate = model.hold('/api/summarize');
    const { id } = await startJob(app.graphql, 'summarizeVideo', inputs.summarizeVideo);
    await gate.reached();
    const locker = await postgres.openSession();
    await locker.query('begin; lock table job_attempt in exclusive mode');
    gate.open();
    await eventually(() => expect(cutOff).toBe(1));
    const cancel = `mutation ($id: ID!) {
      cancelJob(id: $id) { ... on CancelJobPayload { outcome } ... on Error { message } }
    }`;
    const data = await app.graphql.request(cancel, { id });
    expect(data['cancelJob']).toEqual({ outcome: 'REQUESTED' });
    await locker.end();
    await eventually(async () =>
      expect(await readJob(app.graphql, id)).toMatchObject({ state: 'CANCELED' }),
    );
  });

  test('a job is charged for trouble after 20 attempts', async () => {
    const set = (verb: string) =>
      app.graphql.request(`mutation { ${verb}Queue(type: VIDEO_SUMMARIZATION) { paused } }`);
    await set('pause');
    const { id } = await startJob(app.graphql, 'summarizeVideo', inputs.summarizeVideo);
    await using trouble = new AsyncDisposableStack();
    const locker = trouble.adopt(await postgres.openSession(), (session) => session.end());
    await locker.query(
      `insert into job_attempt (job_id, number, worker, finished_at)
      select $1, number, 'w', now() from generate_series(1, 20) number`,
      [id],
    );
    await locker.query('begin; lock table video_summary in exclusive mode');
    await set('resume');
    await eventually(async () => {
      const { attempts } = await readJob(app.graphql, id);
      expect(attempts[19]).toMatchObject({ number: 20, error: null });
      expect(attempts[20]).toMatchObject({ number: 21, error: { code: 'INTERNAL' } });
    });
  });

  test('a worker that ends meanwhile leaves its job to another, uncharged', async () => {
    const worker = await startTestApp({
      stack,
      role: 'worker',
      env: { ...env, WORKER_QUEUES: 'claim-extraction', CLAIM_EXTRACTION_CONCURRENCY: '5' },
    });
    const gate = model.hold('/api/extract-claims');
    const calls = model.calls.length;
    const jobs = await Promise.all(
      ['first', 'second', 'third'].map(() =>
        startJob(app.graphql, 'extractClaims', inputs.extractClaims),
      ),
    );
    await eventually(() => expect(model.calls.length).toBe(calls + jobs.length));
    const end = await readOnlySessions.begin(postgres);
    await expectReadiness('unavailable');
    await worker[Symbol.asyncDispose]();
    await end();
    gate.open();
    for (const { id } of jobs) {
      await eventually(() => expectUncharged(id, 'extractClaims'));
    }
  });
});
