import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, stackKinds, startTestApp } from '../../environment/app/app.ts';
import type { TestStack } from '../../environment/app/app.ts';
import { eventually } from '../../environment/eventually.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createSubjects, startJob } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { openTcpConnection } from '../../environment/clients/tcp-connection.ts';
import { startRedis } from '../../environment/programs/redis.ts';
import { findFreePort } from '../../environment/programs/service-process.ts';

expectNoLeaks();

async function probe(url: string): Promise<{ status: number; body: Record<string, any> }> {
  const response = await fetch(url);
  return { status: response.status, body: (await response.json()) as Record<string, any> };
}

/** As HAProxy and others ask by default: without a host. */
const hostless = [
  'GET /livez HTTP/1.0\r\n\r\n',
  'GET /readyz HTTP/1.0\r\n\r\n',
  'OPTIONS /livez HTTP/1.0\r\n\r\n',
  'HEAD /livez HTTP/1.0\r\n\r\n',
  'GET /livez HTTP/1.1\r\nconnection: close\r\n\r\n',
  'GET /readyz?from=balancer HTTP/1.1\r\nconnection: close\r\n\r\n',
];

async function exchange(url: string, request: string): Promise<string> {
  await using connection = await openTcpConnection(url);
  connection.write(request);
  await connection.closed;
  return connection.text;
}

describe.each(stackKinds)('on the %s stack', (kind) => {
  let stack: TestStack;
  let model: FakeModelService;

  beforeAll(async () => {
    stack = await createTestStack(kind);
    model = await startFakeModelService();
  });

  afterAll(async () => {
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  const dependencies = kind === 'embedded' ? ['postgres'] : ['postgres', 'redis'];

  test('the API says on its own port, and on the one for probes, that it lives and is ready', async () => {
    const env = { MODEL_SERVICE_URL: model.url, METRICS_PORT: '0' };
    await using app = await startTestApp({ stack, env });
    for (const url of [app.url, app.probesUrl]) {
      expect(await probe(`${url}/livez`)).toEqual({ status: 200, body: { status: 'alive' } });
      const { status, body } = await probe(`${url}/readyz`);
      expect({ status, ready: body['status'] }).toEqual({ status: 200, ready: 'ready' });
      expect(Object.keys(body['dependencies'])).toEqual(dependencies);
      // Load balancers ask so.
      for (const request of hostless)
        expect(await exchange(url, request)).toMatch(/^HTTP\/1\.1 200 /);
      for (const name of dependencies) {
        expect(body['dependencies'][name]).toEqual({ ok: true, latencyMs: expect.any(Number) });
      }
    }
  });

  test('while it ends what it has begun it is alive, and not ready', async () => {
    const env = { MODEL_SERVICE_URL: model.url, METRICS_PORT: '0', SHUTDOWN_GRACE_MS: '20000' };
    const app = await startTestApp({ stack, env });
    const gate = model.hold('/api/summarize');
    await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
    await gate.reached();
    const ended = app[Symbol.asyncDispose]();
    expect(await probe(`${app.probesUrl}/readyz`)).toMatchObject({
      status: 503,
      body: { status: 'draining' },
    });
    expect(await probe(`${app.probesUrl}/livez`)).toMatchObject({ status: 200 });
    gate.open();
    await ended;
  });
});

test('a worker without its Redis is alive, and not ready until it is back; before it has begun, it is starting', async () => {
  await using stack = await createTestStack('external');
  // What a process stands on must outlive it: it says goodbye.
  await using redisServers = new AsyncDisposableStack();
  const [redisPort, probesPort] = [await findFreePort(), await findFreePort()];
  const starting = startTestApp({
    stack,
    role: 'worker',
    env: {
      REDIS_URL: `redis://127.0.0.1:${redisPort}`,
      MODEL_SERVICE_URL: 'http://127.0.0.1:9',
      METRICS_PORT: String(probesPort),
    },
  });
  const url = `http://127.0.0.1:${probesPort}`;
  const expectStatus = (status: string) =>
    eventually(async () => expect((await probe(`${url}/readyz`)).body['status']).toBe(status));
  await expectStatus('starting');
  const redis = await startRedis(redisPort);
  await using _app = await starting;
  await expectStatus('ready');
  await redis[Symbol.asyncDispose]();
  await expectStatus('unavailable');
  expect(await probe(`${url}/livez`)).toMatchObject({ status: 200 });
  redisServers.use(await startRedis(redisPort));
  await expectStatus('ready');
});
