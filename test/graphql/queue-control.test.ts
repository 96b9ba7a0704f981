import { jobDefinitions } from '../../src/subjects/index.ts';
import { queueName } from '../../src/jobs/define-job.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, stackKinds, startTestApp } from '../environment/app/app.ts';
import { useTestApp } from '../environment/app/use-test-app.ts';
import { eventually } from '../environment/eventually.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import { streamAnswer } from '../environment/model-service/answers.ts';
import { createSubjects, followJob, readJob, startJob } from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const unknownId = '0191e7a4-0000-7000-8000-000000000000';

describe.each(stackKinds)('on the %s stack', (kind) => {
  const { app, model } = useTestApp(kind, {
    env: {
      VIDEO_SUMMARIZATION_CONCURRENCY: '1',
      VIDEO_SUMMARIZATION_ATTEMPTS: '1',
      WORKER_NAME: 'worker-7',
    },
  });
  let subjects: Subjects;

  beforeAll(async () => {
    subjects = await createSubjects(app.graphql);
  });

  const start = () => startJob(app.graphql, 'summarizeVideo', subjects);

  async function control(mutation: string): Promise<Record<string, any>> {
    const data = await app.graphql.request(`mutation { outcome: ${mutation} }`);
    return data['outcome'];
  }

  /** Starts one job that a worker runs until the gate opens, and others that wait behind it. */
  async function startBehind(count: number) {
    const gate = model.hold('/api/summarize');
    const running = await start();
    await gate.reached();
    const waiting: Record<string, any>[] = [];
    while (waiting.length < count) waiting.push(await start());
    return { gate, running, waiting };
  }

  test('a paused queue accepts jobs, and runs them when it is resumed', async () => {
    expect(await control('pauseQueue(type: VIDEO_SUMMARIZATION) { type paused }')).toEqual({
      type: 'VIDEO_SUMMARIZATION',
      paused: true,
    });
    const { id } = await start();
    const data = await app.graphql.request('{ queues { type paused counts { queued } } }');
    expect(data['queues']).toContainEqual({
      type: 'VIDEO_SUMMARIZATION',
      paused: true,
      counts: { queued: 1 },
    });
    expect(await readJob(app.graphql, id)).toMatchObject({ state: 'QUEUED', position: 1 });
    expect(await control('resumeQueue(type: VIDEO_SUMMARIZATION) { paused }')).toEqual({
      paused: false,
    });
    expect((await followJob(app.graphql, 'sse', id)).at(-1)).toMatchObject({ state: 'COMPLETED' });
  });

  test('a pause has a reason, which jobs that wait tell, until the queue is resumed', async () => {
    const pause = 'pauseQueue(type: VIDEO_SUMMARIZATION, reason: "  The model moves.  ")';
    const said = { pauseReason: 'The model moves.', pausedBy: 'local' };
    expect(await control(`${pause} { pauseReason pausedBy }`)).toEqual(said);
    const { id } = await start();
    const { job } = await app.graphql.request(`{ job(id: "${id}") { waiting { message } } }`);
    expect(job.waiting.message).toMatch(/Z: The model moves\. An operator can resume it\.$/);
    const none = { pauseReason: null, pausedBy: null };
    const resume = 'resumeQueue(type: VIDEO_SUMMARIZATION)';
    expect(await control(`${resume} { pauseReason pausedBy }`)).toEqual(none);
    await followJob(app.graphql, 'sse', id);
    const tooLong = `pauseQueue(type: VIDEO_SUMMARIZATION, reason: "${'x'.repeat(501)}")`;
    const { errors } = await app.graphql.send(`mutation { ${tooLong} { paused } }`);
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });

  test('a job that waits is moved by its priority, and runs in its new turn', async () => {
    const { gate, running, waiting } = await startBehind(2);
    const [first, second] = waiting;
    const fields = '__typename ... on SetJobPriorityPayload { job { priority position } }';
    expect(
      await control(`setJobPriority(id: "${second!['id']}", priority: HIGH) { ${fields} }`),
    ).toEqual({
      __typename: 'SetJobPriorityPayload',
      job: { priority: 'HIGH', position: 1 },
    });
    for (const [id, name] of [
      [running['id'], 'ConflictError'],
      [unknownId, 'NotFoundError'],
    ]) {
      const outcome = await control(`setJobPriority(id: "${id}", priority: LOW) { ${fields} }`);
      expect(outcome).toEqual({ __typename: name });
    }
    gate.open();
    const [early, late] = await Promise.all(
      [second, first].map(async (job) => (await followJob(app.graphql, 'sse', job!['id'])).at(-1)!),
    );
    expect(Date.parse(early!['startedAt'])).toBeLessThan(Date.parse(late!['startedAt']));
  });

  test('many jobs are called off by one call, and what failed is started over by another', async () => {
    const { gate, running, waiting } = await startBehind(3);
    const filter = `{ types: [VIDEO_SUMMARIZATION], videoId: "${subjects.videoId}" }`;
    const counts = 'changed unchanged hasMore';
    expect(await control(`cancelJobs(filter: ${filter}) { ${counts} }`)).toEqual({
      changed: 4,
      unchanged: 0,
      hasMore: false,
    });
    for (const { id } of [running, ...waiting]) {
      await eventually(async () =>
        expect(await readJob(app.graphql, id)).toMatchObject({ state: 'CANCELED' }),
      );
    }
    gate.open();
    expect(await control(`cancelJobs { ${counts} }`)).toMatchObject({ changed: 0 });

    model.answer('/api/summarize', { status: 422, json: { detail: [] } });
    const { id } = await start();
    expect((await followJob(app.graphql, 'sse', id)).at(-1)).toMatchObject({ state: 'FAILED' });
    model.answer('/api/summarize', streamAnswer('/api/summarize', []));
    expect(await control(`retryFailedJobs(filter: ${filter}) { ${counts} }`)).toEqual({
      changed: 1,
      unchanged: 0,
      hasMore: false,
    });
    expect((await followJob(app.graphql, 'sse', id)).at(-1)).toMatchObject({
      state: 'COMPLETED',
      attempt: 2,
    });
  });

  test('who works on a queue is listed', async () => {
    const data = await app.graphql.request(
      '{ queue(type: VIDEO_SUMMARIZATION) { workers workersDetail { name host concurrency busy since } } }',
    );
    expect(data['queue']).toMatchObject({
      workers: 1,
      workersDetail: [
        {
          name: 'worker-7',
          host: expect.any(String),
          concurrency: 1,
          busy: expect.any(Number),
          since: expect.any(String),
        },
      ],
    });
  });
});

test('a process works on the queues that it is told to, and on no others', async () => {
  await using stack = await createTestStack('external');
  await using model = await startFakeModelService();
  const env = { MODEL_SERVICE_URL: model.url, WORKER_QUEUES: 'claim-extraction, claim-synthesis' };
  await using app = await startTestApp({ stack, env });
  const data = await app.graphql.request('{ queues { type workers } }');
  const worked = ['CLAIM_EXTRACTION', 'CLAIM_SYNTHESIS'];
  expect(data['queues']).toEqual(
    jobDefinitions.map(({ type }) => ({ type, workers: worked.includes(type) ? 1 : 0 })),
  );
  const wrong = startTestApp({ stack, env: { ...env, WORKER_QUEUES: 'video-summaries' } });
  await expect(wrong).rejects.toThrow(
    `WORKER_QUEUES: unknown queue video-summaries; the queues are ${jobDefinitions.map(queueName).join(', ')}.`,
  );
});
