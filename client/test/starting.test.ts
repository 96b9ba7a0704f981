import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { expectNoLeaks } from '../../test/environment/app/leaks.ts';
import { useTestApp } from '../../test/environment/app/use-test-app.ts';
import { eventually } from '../../test/environment/eventually.ts';
import { createSubjects, readJob, startJob } from '../../test/environment/jobs/jobs.ts';
import type { Subjects } from '../../test/environment/jobs/jobs.ts';
import { startFaultyNetwork } from '../conformance/faulty-network.ts';
import { createJobs } from '../src/index.ts';
import type { Jobs, JobsOptions } from '../src/index.ts';

// Each of these is a bug that users of another client have reported, or that faults at random have found in this one.
expectNoLeaks();

const { app, model } = useTestApp('embedded', { env: { PING_INTERVAL_MS: '200' } });
let subjects: Subjects;
beforeAll(async () => {
  subjects = await createSubjects(app.graphql);
});

function connect(options: Partial<JobsOptions> = {}): Jobs {
  const jobs = createJobs({ url: `${app.url}/graphql`, ...options });
  onTestFinished(jobs.close);
  return jobs;
}

function createStorage() {
  const items = new Map<string, string>();
  return {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  };
}

// vargHQ/sdk#93
test('a job that was started before a reload is the same one after it, though nobody had its id', async () => {
  const gate = model.hold('/api/summarize');
  const storage = createStorage();
  const calls = model.calls.length;
  const before = createJobs({ url: `${app.url}/graphql`, storage });
  const forgotten = before.run.summarizeVideo(subjects);
  await gate.reached();
  before.close();

  const after = await connect({ storage }).run.summarizeVideo({ ...subjects });
  expect(after.created).toBe(false);
  gate.open();
  expect(await after.result).toHaveProperty('text');
  expect(model.calls.length - calls).toBe(1);
  expect((await forgotten).id).toBe(after.id);
});

// replicate/replicate-javascript#370, replicate/replicate-javascript#380
test('who gives up before there is an answer gets an AbortError, not nothing', async () => {
  await using network = await startFaultyNetwork(() => app.url);
  const release = network.holdAnswers();
  const jobs = connect({ url: `${network.url}/graphql` });
  const controller = new AbortController();
  const run = jobs.run.summarizeVideo(subjects, { signal: controller.signal });
  controller.abort();
  await expect(run).rejects.toMatchObject({ name: 'AbortError' });
  release();
});

// fal-ai/fal-js: "TODO this error cannot be caught" in queue.ts
test('a wait that takes too long is an error of the one who waits', async () => {
  const gate = model.hold('/api/summarize');
  const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
  await gate.reached();
  const result = connect().result(id as string, { signal: AbortSignal.timeout(50) });
  await expect(result).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(await readJob(app.graphql, id as string)).toMatchObject({ state: 'ACTIVE' });
  gate.open();
});

test.each(['websocket', 'sse', 'poll'] as const)(
  'what a half-open connection swallows is there soon, over %s',
  async (transport) => {
    await using network = await startFaultyNetwork(() => app.url);
    const jobs = connect({
      url: `${network.url}/graphql`,
      pingMs: 200,
      transports: [transport],
    });
    const gate = model.hold('/api/summarize');
    const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
    await gate.reached();
    for await (const { state } of jobs.watch(id as string)) {
      if (state !== 'ACTIVE') continue;
      await eventually(() => expect(network.inUse).toBeGreaterThan(0));
      network.strike('freeze');
      gate.open();
    }
    expect(await jobs.result(id as string)).toHaveProperty('text');
  },
);

test('a server that does not know lists of operations is asked by polls at once', async () => {
  const isForStream = (init: RequestInit | undefined) =>
    new Headers(init?.headers).get('accept') === 'text/event-stream';
  const jobs = connect({
    transports: ['sse', 'poll'],
    fetch: async (input, init) =>
      isForStream(init) ? new Response('', { status: 400 }) : fetch(input, init),
  });
  const gate = model.hold('/api/summarize');
  const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
  await gate.reached();
  const states: string[] = [];
  for await (const { state } of jobs.watch(id as string)) {
    if (states.length === 0) expect(jobs.wire.get()).toMatchObject({ transport: 'poll' });
    states.push(state);
    gate.open();
  }
  expect(states.at(-1)).toBe('COMPLETED');
});

test('event streams are two at most, and each is one request for all that it carries', async () => {
  const streams: { operations: unknown[]; signal: AbortSignal }[] = [];
  const jobs = connect({
    transports: ['sse'],
    fetch: async (input, init) => {
      const body = JSON.parse(init!.body as string) as unknown;
      if (Array.isArray(body)) streams.push({ operations: body, signal: init!.signal! });
      return fetch(input, init);
    },
  });
  const listOpen = () =>
    streams.filter(({ signal }) => !signal.aborted).map(({ operations }) => operations.length);
  const gate = model.hold('/api/summarize');
  const started = await Promise.all(
    Array.from({ length: 5 }, () => startJob(app.graphql, 'summarizeVideo', subjects)),
  );
  const [first, second, third, fourth, fifth] = started.map(({ id }) => jobs.watch(id as string));
  await Promise.all([first!.next(), second!.next(), third!.next()]);
  expect(listOpen()).toEqual([3]);
  await fourth!.next();
  expect(listOpen()).toEqual([3, 1]);
  await fifth!.next();
  expect(listOpen()).toEqual([3, 2]);
  gate.open();
  for (const versions of [first!, second!, third!, fourth!, fifth!]) {
    let last: string | undefined;
    for await (const { state } of versions) last = state;
    expect(last).toBe('COMPLETED');
  }
  await eventually(() => expect(listOpen()).toEqual([]));
  expect(streams.length).toBe(3);
});

test('a mutation whose connection is half-open is sent again, and starts one job', async () => {
  await using network = await startFaultyNetwork(() => app.url);
  const jobs = connect({ url: `${network.url}/graphql`, timeoutMs: 200 });
  const calls = model.calls.length;
  const release = network.holdAnswers();
  // The server starts the job, and its answer never comes.
  const run = jobs.run.summarizeVideo(subjects, { idempotencyKey: null });
  await eventually(() => expect(model.calls.length).toBe(calls + 1));
  network.strike('freeze');
  release();
  const { created, result } = await run;
  expect(created).toBe(false);
  expect(await result).toHaveProperty('text');
  expect(model.calls.length).toBe(calls + 1);
});

test('a query whose connection is half-open ends with a TimeoutError', async () => {
  await using network = await startFaultyNetwork(() => app.url);
  const jobs = connect({ url: `${network.url}/graphql`, timeoutMs: 200 });
  const release = network.holdAnswers();
  await expect(jobs.request('{ viewer { owner } }')).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  release();
});
