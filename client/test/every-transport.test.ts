import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { useTestApp } from '../../test/environment/app/use-test-app.ts';
import { eventually } from '../../test/environment/eventually.ts';
import { createSubjects } from '../../test/environment/jobs/jobs.ts';
import type { Subjects } from '../../test/environment/jobs/jobs.ts';
import { streamAnswer } from '../../test/environment/model-service/answers.ts';
import { expectNoLeaks } from '../../test/environment/app/leaks.ts';
import { createJobs, isFinal, JobEndedError } from '../src/index.ts';
import type { Batch, Job, Jobs, TransportName } from '../src/index.ts';

expectNoLeaks();

const transports: TransportName[] = ['websocket', 'sse', 'poll'];
const { app, model } = useTestApp('embedded');
let subjects: Subjects;
beforeAll(async () => {
  subjects = await createSubjects(app.graphql);
});

function connect(transport: TransportName): Jobs {
  const jobs = createJobs({ url: `${app.url}/graphql`, transports: [transport] });
  onTestFinished(jobs.close);
  return jobs;
}

describe.each(transports)('by %s', (transport) => {
  test('a job is started, watched, and gives its result', async () => {
    const jobs = connect(transport);
    const seen: Job[] = [];
    const gate = model.hold('/api/summarize');
    const onUpdate = (job: Job) => {
      seen.push(job);
      expect(jobs.wire.get()).toMatchObject({ state: 'live', transport });
    };
    const run = await jobs.run.summarizeVideo(subjects, { onUpdate });
    if (run.error) throw new Error(run.error.message);
    expect(run).toMatchObject({ created: true, job: { id: run.id, type: 'VIDEO_SUMMARIZATION' } });
    await gate.reached();
    gate.open();
    expect((await run.result).text).toMatch(/\w+/);
    const versions = seen.map(({ version }) => version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toMatchObject({ state: 'COMPLETED', progress: 100 });
  });

  test('a list has what is unfinished, and then what changes', async () => {
    const jobs = connect(transport);
    const gate = model.hold('/api/summarize');
    const { id } = await jobs.run.summarizeVideo(subjects);
    await gate.reached();
    const states: string[] = [];
    for await (const { jobs: rows, isCurrent } of jobs.watchAll({ ids: [id!] })) {
      if (!isCurrent) continue;
      const { state } = rows[0]!;
      if (states.at(-1) !== state) states.push(state);
      gate.open();
      if (isFinal(rows[0]!)) break;
    }
    expect(states).toEqual(['ACTIVE', 'COMPLETED']);
  });

  test('a log comes line by line, once, and ends', async () => {
    const jobs = connect(transport);
    const log = Array.from({ length: 30 }, (_, index) => ({
      log: { level: 'info' as const, message: `Segment ${index}` },
    }));
    model.answer('/api/transcribe', streamAnswer('/api/transcribe', log));
    const { id, result } = await jobs.run.transcribeVideo({ videoId: subjects.videoId });
    await result;
    const lines: number[] = [];
    for await (const { sequence } of jobs.logs(id!)) {
      lines.push(sequence);
    }
    expect(lines.length).toBeGreaterThanOrEqual(log.length);
    expect(lines).toEqual(lines.map((_, index) => index + 1));
  });

  test('the queues tell their figures', async () => {
    for await (const queues of connect(transport).queues()) {
      expect(queues).toContainEqual(
        expect.objectContaining({ type: 'TRANSCRIPTION', paused: false }),
      );
      break;
    }
  });

  test('a job that does not exist is an error, and so is one that ends without a result', async () => {
    const jobs = connect(transport);
    const missing = jobs.watch('00000000-0000-7000-8000-000000000000');
    await expect(missing.next()).rejects.toMatchObject({ name: 'JobsError', code: 'NOT_FOUND' });

    const gate = model.hold('/api/summarize');
    const { id, result } = await jobs.run.summarizeVideo(subjects);
    await gate.reached();
    expect(await jobs.cancel(id!)).toMatchObject({ outcome: 'REQUESTED' });
    gate.open();
    await expect(result).rejects.toThrow(JobEndedError);
    await expect(jobs.result(id!)).rejects.toMatchObject({ job: { id, state: 'CANCELED' } });
  });
});

// replicate/replicate-python#32: at a fixed interval, polls are too many for long jobs, and too late for short ones.
test('a poll asks again when something has changed, and not before', async () => {
  let polls = 0;
  const jobs = createJobs({
    url: `${app.url}/graphql`,
    transports: ['poll'],
    fetch: (resource, init) => {
      if (resource instanceof URL && resource.searchParams.has('waitMs')) polls += 1;
      return fetch(resource, init);
    },
  });
  onTestFinished(jobs.close);
  const later = { ...subjects, maxFrames: 12 };
  const { id, result } = await jobs.run.summarizeVideo(later, { delayMs: 3_600_000 });
  await eventually(() => expect(polls).toBeGreaterThan(0));
  const before = polls;
  await pause(3_000);
  // One that has just been answered, and one that waits.
  expect(polls - before).toBeLessThanOrEqual(2);
  await jobs.cancel(id!);
  await expect(result).rejects.toBeInstanceOf(JobEndedError);
});

test('a refusal is a value that says what is wrong', async () => {
  const { error } = await connect('sse').run.summarizeVideo({ ...subjects, maxFrames: 0 });
  expect(error).toMatchObject({
    __typename: 'ValidationError',
    issues: [{ path: ['input', 'maxFrames'] }],
  });
});

test('the same input is the same job until it has ended', async () => {
  const jobs = connect('websocket');
  const gate = model.hold('/api/summarize');
  const first = await jobs.run.summarizeVideo(subjects);
  const again = await jobs.run.summarizeVideo({ ...subjects });
  const another = await jobs.run.summarizeVideo(subjects, { idempotencyKey: null });
  expect(again).toMatchObject({ id: first.id, created: false });
  expect(another.id).not.toBe(first.id);
  gate.open();
  await Promise.all([first.result, another.result]);
  const later = await jobs.run.summarizeVideo(subjects);
  expect(later).toMatchObject({ created: true });
  await later.result;
});

test('a signal ends the watching, not the job', async () => {
  const jobs = connect('websocket');
  const controller = new AbortController();
  const gate = model.hold('/api/summarize');
  const { id, result } = await jobs.run.summarizeVideo(subjects, { signal: controller.signal });
  await gate.reached();
  controller.abort();
  await expect(result).rejects.toMatchObject({ name: 'AbortError' });
  gate.open();
  expect(await jobs.result(id!)).toHaveProperty('text');
});

test.each(transports)(
  'a batch is followed until all its jobs have ended, by %s',
  async (transport) => {
    const jobs = connect(transport);
    const { startBatch } = await jobs.request<{ startBatch: { batch: { id: string } } }>(
      `mutation ($jobs: [BatchJobInput!]!) {
      startBatch(input: { jobs: $jobs }) { ... on StartBatchPayload { batch { id } } } }`,
      { jobs: [{ summarizeVideo: subjects }, { summarizeVideo: { ...subjects, maxFrames: 8 } }] },
    );
    const seen: Batch[] = [];
    for await (const batch of jobs.batch(startBatch.batch.id)) seen.push(batch);
    expect(seen.at(-1)).toMatchObject({
      state: 'COMPLETED',
      progress: 100,
      counts: [{ state: 'COMPLETED', count: 2 }],
    });
    expect(seen.map(({ version }) => version)).toEqual(
      seen.map(({ version }) => version).toSorted((a, b) => a - b),
    );
  },
);
