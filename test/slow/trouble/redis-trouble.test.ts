import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { withTimeout } from '../../../src/platform/timeout.ts';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import { eventually } from '../../environment/eventually.ts';
import { createSubjects, followJob, startJob } from '../../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { startRedis } from '../../environment/programs/redis.ts';
import { useProxiedRedis } from '../../environment/app/use-proxied-redis.ts';

expectNoLeaks();

const tested = useProxiedRedis();
const { start, expectCompleted, setPaused, isPausedInRedis, countWaiting } = tested;

test('silent connections are replaced, and jobs complete', async () => {
  const gate = tested.model.hold('/api/summarize');
  const running = await start();
  await gate.reached();
  const followed = followJob(tested.app.graphql, 'sse', running['id']);
  tested.proxy.pauseOpen();
  const waiting = await start();
  gate.open();
  expect((await followed).at(-1)).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  await expectCompleted(waiting['id']);
});

test('connections to a former master are replaced, and no attempt is charged', async () => {
  await using replica = await startRedis();
  using promoted = disconnected(new Redis(replica.url));
  const { host, port } = tested.redis.options as { host: string; port: number };
  await tested.redis.config('SET', 'repl-diskless-sync-delay', '0');
  await promoted.client.replicaof(host, port);
  await eventually(async () =>
    expect(await promoted.client.info('replication')).toContain('master_link_status:up'),
  );
  const gate = tested.model.hold('/api/summarize');
  const running = await start();
  await gate.reached();
  // A failover may lose what was not replicated, which is another test's subject.
  await tested.redis.set('replicated', '1');
  await tested.redis.wait(1, 5_000);
  tested.proxy.redirect(replica.url);
  await promoted.client.replicaof('no', 'one');
  await tested.redis.replicaof('127.0.0.1', new URL(replica.url).port);
  const waiting = await start();
  gate.open();
  await Promise.all([expectCompleted(running['id']), expectCompleted(waiting['id'])]);

  // And back, for the tests that follow.
  tested.proxy.redirect(`redis://${host}:${port}`);
  await tested.redis.replicaof('no', 'one');
  tested.proxy.closeAll();
});

test('each kind of a lasting fault is logged once; a queue can be paused meanwhile, and Redis follows later', async () => {
  const { host, port } = tested.redis.options;
  const before = tested.proxy.accepted;
  tested.proxy.redirect('redis://127.0.0.1:1');
  tested.proxy.closeAll();
  await setPaused('pause');
  const job = await start();
  expect(job).toMatchObject({ state: 'QUEUED' });
  await eventually(() => expect(tested.proxy.accepted - before).toBeGreaterThan(60));
  const faults = tested.lines.filter(({ level }) => level >= 40).map(describeFault);
  expect(faults).toEqual([...new Set(faults)]);
  expect(faults.length).toBeLessThan(15);

  tested.proxy.redirect(`redis://${host}:${port}`);
  await eventually(async () => {
    expect(await isPausedInRedis()).toBe(1);
    expect(await countWaiting()).toBe(1);
  });
  await setPaused('resume');
  await expectCompleted(job['id']);
});

test('the app ends long before its grace period, although Redis is down', async () => {
  await using patientStack = await createTestStack('external');
  const patient = await startTestApp({
    stack: patientStack,
    env: {
      REDIS_URL: tested.proxy.url,
      MODEL_SERVICE_URL: tested.model.url,
      SHUTDOWN_GRACE_MS: '60000',
    },
  });
  const gate = tested.model.hold('/api/summarize');
  await start();
  await gate.reached();
  const calls = tested.model.calls.length;
  await startJob(patient.graphql, 'summarizeVideo', await createSubjects(patient.graphql));
  await eventually(() => expect(tested.model.calls).toHaveLength(calls + 1));
  const patientEnded = Promise.resolve(patient[Symbol.asyncDispose]());
  // Idle workers have ended while Redis was up.
  await eventually(async () => {
    const { queue } = await patient.graphql.request('{ queue(type: CLAIM_SYNTHESIS) { workers } }');
    expect(queue.workers).toBe(0);
  });
  tested.proxy.redirect('redis://127.0.0.1:1');
  tested.proxy.closeAll();
  const ended = Promise.resolve(tested.app[Symbol.asyncDispose]());
  await expect(withTimeout(ended, 15_000)).resolves.toBeUndefined();
  expect(tested.model.calls.at(-1)!.aborted).toBe(false);
  gate.open();
  await expect(withTimeout(patientEnded, 15_000)).resolves.toBeUndefined();
  expect(tested.model.calls.at(-1)!.aborted).toBe(false);
}, 40_000);

function describeFault({ msg, loop, err }: Record<string, any>): string {
  return `${msg} ${loop ?? ''} ${err?.message}`.replaceAll(/\d+/g, '#');
}

function disconnected(client: Redis): Disposable & { client: Redis } {
  return { client, [Symbol.dispose]: () => client.disconnect() };
}
