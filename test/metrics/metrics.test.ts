import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, stackKinds, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { eventually } from '../environment/eventually.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';
import { createSubjects, startJob } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { scrape, sum } from './scrape.ts';

expectNoLeaks();

const startedAt = performance.now();
const watch = 'subscription ($id: ID!) { jobUpdated(id: $id) { version state } }';

describe.each(stackKinds)('on the %s stack', (kind) => {
  let stack: TestStack;
  let model: FakeModelService;
  let apps: TestApp[];

  beforeAll(async () => {
    stack = await createTestStack(kind);
    model = await startFakeModelService();
    const env = {
      MODEL_SERVICE_URL: model.url,
      METRICS_PORT: '0',
      VIDEO_SUMMARIZATION_BACKOFF_MS: '1',
      VIDEO_SUMMARIZATION_ATTEMPTS: '2',
    };
    const first = await startTestApp({ stack, env });
    apps = kind === 'embedded' ? [first] : [first, await startTestApp({ stack, env })];
  });

  afterAll(async () => {
    for (const app of apps) await app[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  /** The sum over all processes. */
  async function total(sample: string): Promise<number | undefined> {
    const texts = await Promise.all(apps.map(({ probesUrl }) => scrape(probesUrl)));
    return sum(texts.join('\n'), sample);
  }

  async function run(): Promise<void> {
    const [{ graphql }] = apps as [TestApp];
    const { id } = await startJob(graphql, 'summarizeVideo', await createSubjects(graphql));
    for await (const { errors } of graphql.subscribe('sse', watch, { id })) {
      expect(errors).toBeUndefined();
    }
  }

  test('each job that ended is counted once, however many processes run', async () => {
    await Promise.all(Array.from({ length: 5 }, run));
    await eventually(async () => {
      const labels = '{queue="video_summarization",state="completed"}';
      expect(await total(`fovea_queue_job_total${labels}`)).toBe(5);
      expect(await total(`fovea_queue_job_duration_seconds_count${labels}`)).toBe(5);
      expect(await total('fovea_queue_job_wait_seconds_count{queue="video_summarization"}')).toBe(
        5,
      );
      expect(
        await total(
          'fovea_model_service_call_duration_seconds_count{endpoint="summarize",outcome="ok"}',
        ),
      ).toBe(5);
    });
  });

  test('what fails is counted by its code, and so is what is tried again', async () => {
    model.answer('/api/summarize', { status: 503, json: { detail: 'busy' } });
    await run();
    const labels = 'queue="video_summarization"';
    await eventually(async () => {
      expect(await total(`fovea_queue_job_total{${labels},state="failed"}`)).toBe(1);
      expect(
        await total(
          `fovea_queue_attempts_total{${labels},outcome="failed",code="MODEL_UNAVAILABLE"}`,
        ),
      ).toBe(2);
      expect(await total(`fovea_queue_retries_total{${labels},code="MODEL_UNAVAILABLE"}`)).toBe(1);
    });
  });

  test('live subscriptions, what they were sent and how late are counted by transport', async () => {
    const [{ graphql }] = apps as [TestApp];
    const gate = model.hold('/api/summarize');
    model.answer('/api/summarize', { status: 503, json: { detail: 'busy' } });
    const { id } = await startJob(graphql, 'summarizeVideo', await createSubjects(graphql));
    const streams = (['sse', 'websocket'] as const).map((transport) =>
      graphql.subscribe(transport, watch, { id }),
    );
    for (const stream of streams) await stream.next();
    for (const transport of ['sse', 'websocket']) {
      const labels = `{transport="${transport}"}`;
      expect(await total(`fovea_live_subscriptions${labels}`)).toBe(1);
      expect(await total(`fovea_live_connections${labels}`)).toBe(1);
    }
    gate.open();
    for (const stream of streams) for await (const _update of stream);
    await eventually(async () => {
      for (const transport of ['sse', 'websocket']) {
        const labels = `{transport="${transport}"}`;
        expect(await total(`fovea_live_subscriptions${labels}`)).toBe(0);
        expect(await total(`fovea_live_connections${labels}`)).toBe(0);
        expect(await total(`fovea_live_sent_total${labels}`)).toBeGreaterThan(1);
        expect(await total(`fovea_live_delivery_seconds_count${labels}`)).toBeGreaterThan(0);
      }
    });
    const count = await total('fovea_live_delivery_seconds_count');
    const seconds = await total('fovea_live_delivery_seconds_sum');
    // In seconds, a delivery cannot take longer than the tests so far.
    expect(seconds! / count!).toBeLessThan((performance.now() - startedAt) / 1_000);
  });

  test('every process says the same of what they share', async () => {
    for (const { probesUrl } of apps) {
      await eventually(async () => {
        const text = await scrape(probesUrl);
        const queue = 'queue="claim_extraction"';
        expect(sum(text, `fovea_queue_length{${queue}}`)).toBe(0);
        expect(sum(text, `fovea_queue_jobs{${queue},state="active"}`)).toBe(0);
        expect(sum(text, `fovea_queue_undispatched_jobs{${queue}}`)).toBe(0);
        expect(sum(text, `fovea_queue_workers{${queue}}`)).toBe(apps.length);
        expect(sum(text, `fovea_worker_concurrency{${queue}}`)).toBe(5);
        expect(sum(text, 'fovea_dependency_up{dependency="postgres"}')).toBe(1);
        // PGlite is in this process, and has no connections.
        const waiting = kind === 'embedded' ? undefined : 0;
        expect(sum(text, 'fovea_database_connections{state="waiting"}')).toBe(waiting);
      });
    }
  });

  test('what waits for the job before it does not wait for a worker', async () => {
    const [{ graphql, probesUrl }] = apps as [TestApp];
    const gate = model.hold('/api/summarize');
    const data = await graphql.request(
      `mutation ($input: AnalyzeVideoInput!) {
        analyzeVideo(input: $input) { ... on AnalyzeVideoPayload { pipeline { jobs { id } } } }
      }`,
      { input: await createSubjects(graphql) },
    );
    await gate.reached();
    await eventually(async () => {
      const text = await scrape(probesUrl);
      expect(sum(text, 'fovea_queue_jobs{queue="video_summarization",state="active"}')).toBe(1);
      for (const name of ['length', 'oldest_queued_seconds', 'undispatched_jobs']) {
        expect(sum(text, `fovea_queue_${name}{queue="claim_extraction"}`)).toBe(0);
      }
    });
    gate.open();
    for (const { id } of data['analyzeVideo'].pipeline.jobs as { id: string }[]) {
      for await (const _update of graphql.subscribe('sse', watch, { id }));
    }
  });

  test('GraphQL operations are counted by their root field, whatever a client calls them', async () => {
    const [{ graphql, probesUrl }] = apps as [TestApp];
    await graphql.send('query Anything { jobs(first: 1) { pageInfo { hasNextPage } } }');
    await graphql.send('query { nothing }');
    const text = await scrape(probesUrl);
    const name = 'fovea_graphql_operation_duration_seconds_count';
    expect(sum(text, `${name}{operation="jobs",outcome="ok"}`)).toBeGreaterThan(0);
    expect(sum(text, `${name}{operation="invalid",outcome="error"}`)).toBeGreaterThan(0);
    expect(text).not.toContain('Anything');
  });

  test('what is sent of a video is counted in bytes', async () => {
    const [{ graphql, url, probesUrl }] = apps as [TestApp];
    const { videoId } = await createSubjects(graphql);
    const sent = async () => sum(await scrape(probesUrl), 'fovea_media_sent_bytes_total');
    const before = (await sent())!;
    const answer = await fetch(`${url}/media/${videoId}`, { headers: { range: 'bytes=5-1004' } });
    expect((await answer.arrayBuffer()).byteLength).toBe(1_000);
    await eventually(async () => expect(await sent()).toBe(before + 1_000));
    await eventually(async () => expect(await total('fovea_media_streams')).toBe(0));
  });

  test('with a port for metrics, the clients’ port does not show them', async () => {
    for (const { url } of apps) expect((await fetch(`${url}/metrics`)).status).toBe(404);
  });
});
