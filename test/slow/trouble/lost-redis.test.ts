import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, readJob, startJob } from '../../environment/jobs/jobs.ts';
import type { Subjects } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { startRedis } from '../../environment/programs/redis.ts';

expectNoLeaks();

const states = 'query { jobs(first: 100) { edges { node { id state attempt } } } }';

describe('when Redis loses its data, or is down', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let stack: TestStack;
  let model: FakeModelService;
  let app: TestApp;
  let subjects: Subjects;

  beforeAll(async () => {
    redis = await startRedis();
    stack = await createTestStack('external');
    model = await startFakeModelService();
    app = await startTestApp({
      stack,
      env: {
        REDIS_URL: redis.url,
        MODEL_SERVICE_URL: model.url,
        RECONCILE_INTERVAL_MS: '500',
        VIDEO_SUMMARIZATION_CONCURRENCY: '2',
      },
    });
  });

  beforeEach(async () => {
    subjects = await createSubjects(app.graphql);
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
  });

  async function allCompleted(count: number): Promise<void> {
    const data = await app.graphql.request(states);
    const jobs = data['jobs'].edges.map(({ node }: { node: object }) => node);
    expect(jobs).toHaveLength(count);
    expect(jobs).toMatchObject(jobs.map(() => ({ state: 'COMPLETED' })));
  }

  test('FLUSHALL under running and waiting jobs: each still completes, with one result', async () => {
    const gate = model.hold('/api/summarize');
    const jobs = await Promise.all(
      Array.from({ length: 6 }, () => startJob(app.graphql, 'summarizeVideo', subjects)),
    );
    await gate.reached();
    const client = new Redis(redis.url);
    await client.flushall();
    await client.quit();
    gate.open();
    await eventually(() => allCompleted(6), { withinMs: 15_000 });
    for (const { id } of jobs) {
      const data = await app.graphql.request(
        'query ($id: ID!) { job(id: $id) { ... on VideoSummarizationJob { result { id } } } }',
        { id },
      );
      expect(data['job'].result.id).toEqual(expect.any(String));
    }
    const video = await app.graphql.request(
      'query ($id: ID!) { video(id: $id) { summaries { id } } }',
      {
        id: subjects.videoId,
      },
    );
    expect(video['video'].summaries).toHaveLength(6);
  });

  test('Redis down: the mutation answers with the job, and it runs when Redis is back', async () => {
    const { port } = new URL(redis.url);
    await redis[Symbol.asyncDispose]();
    const job = await startJob(app.graphql, 'summarizeVideo', subjects);
    expect(job).toMatchObject({ state: 'QUEUED' });
    redis = await startRedis(Number(port));
    await eventually(
      async () =>
        expect(await readJob(app.graphql, job['id'])).toMatchObject({ state: 'COMPLETED' }),
      { withinMs: 15_000 },
    );
  });
});
