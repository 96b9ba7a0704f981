import { PassThrough } from 'node:stream';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { createTestStack, startTestApp } from './app.ts';
import type { TestApp, TestStack } from './app.ts';
import { eventually } from '../eventually.ts';
import { startFakeModelService } from '../model-service/fake-model-service.ts';
import type { FakeModelService } from '../model-service/fake-model-service.ts';
import { createSubjects, readJob, startJob } from '../jobs/jobs.ts';
import type { Subjects } from '../jobs/jobs.ts';
import { startRedis } from '../programs/redis.ts';
import { startTcpProxy } from '../programs/tcp-proxy.ts';
import type { TcpProxy } from '../programs/tcp-proxy.ts';

/** An app that reaches its Redis through a proxy. */
export function useProxiedRedis() {
  let servers: AsyncDisposableStack;
  let redis: Redis;
  let proxy: TcpProxy;
  let stack: TestStack;
  let model: FakeModelService;
  let app: TestApp;
  let subjects: Subjects;
  let lines: Record<string, any>[] = [];

  beforeAll(async () => {
    servers = new AsyncDisposableStack();
    const server = servers.use(await startRedis());
    redis = servers.adopt(new Redis(server.url), (client) => client.disconnect());
    proxy = servers.use(await startTcpProxy(server.url));
    stack = servers.use(await createTestStack('external'));
    model = servers.use(await startFakeModelService());
    const log = new PassThrough({ encoding: 'utf8' });
    log.on('data', (line: string) => lines.push(JSON.parse(line)));
    app = servers.use(
      await startTestApp({
        stack,
        // Recovery must not depend on the reconciler, which does not run during a test.
        env: {
          REDIS_URL: proxy.url,
          MODEL_SERVICE_URL: model.url,
          RECONCILE_INTERVAL_MS: '600000',
          VIDEO_SUMMARIZATION_CONCURRENCY: '2',
          CLAIM_EXTRACTION_ATTEMPTS: '1',
        },
        logger: pino({ level: 'info' }, log),
      }),
    );
    subjects = await createSubjects(app.graphql);
  });

  beforeEach(() => {
    lines = [];
  });

  afterAll(() => servers.disposeAsync());

  const start = () => startJob(app.graphql, 'summarizeVideo', subjects);

  async function expectCompleted(id: string): Promise<void> {
    await eventually(async () =>
      expect(await readJob(app.graphql, id)).toMatchObject({ state: 'COMPLETED' }),
    );
    expect(await readJob(app.graphql, id)).toMatchObject({ attempt: 1, error: null });
  }

  async function setPaused(verb: 'pause' | 'resume'): Promise<void> {
    const mutation = `mutation { queue: ${verb}Queue(type: VIDEO_SUMMARIZATION) { paused } }`;
    expect(await app.graphql.request(mutation)).toEqual({ queue: { paused: verb === 'pause' } });
  }

  /** Whether the queue is paused in Redis, where workers read it. */
  const isPausedInRedis = () =>
    redis.hexists(`${stack.env['REDIS_PREFIX']}:video-summarization:meta`, 'paused');

  const countWaiting = () =>
    redis.zcard(`${stack.env['REDIS_PREFIX']}:video-summarization:prioritized`);

  return {
    get app() {
      return app;
    },
    get model() {
      return model;
    },
    get redis() {
      return redis;
    },
    get proxy() {
      return proxy;
    },
    get prefix() {
      return stack.env['REDIS_PREFIX']!;
    },
    /** What the app has logged in the present test. */
    get lines() {
      return lines;
    },
    start,
    expectCompleted,
    setPaused,
    isPausedInRedis,
    countWaiting,
  };
}
