import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../environment/app/app.ts';
import type { TestApp, TestStack } from '../../environment/app/app.ts';
import { runDoctor } from '../../environment/app/doctor.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { eventually } from '../../environment/eventually.ts';
import { createSubjects, followJob, readJob, startJob } from '../../environment/jobs/jobs.ts';
import type { Subjects } from '../../environment/jobs/jobs.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { createAuthority } from '../../environment/programs/certificates.ts';
import { findServerOf } from '../../environment/programs/find-programs.ts';
import { startRedisCluster } from '../../environment/programs/redis-cluster.ts';
import { startRedisWithSentinels } from '../../environment/programs/redis-sentinels.ts';
import type { RedisGroup } from '../../environment/programs/redis-servers.ts';

expectNoLeaks();

/** Servers are given up after one to two seconds, and a new master is found after as much again. */
const healed = { withinMs: 60_000 };
/** Half of them before the master is killed, half of them while there is none. */
const jobsEach = 20;
const pollsPerMinute = 12;

const programs = (['Redis', 'Valkey'] as const).map((kind) => [kind, findServerOf(kind)] as const);
const shapes = {
  Sentinels: (command: string) => startRedisWithSentinels(command),
  'a Cluster': startRedisCluster,
  'Sentinels over TLS, behind NAT': startTlsSentinels,
};
const cases = programs.flatMap(([kind, command]) =>
  Object.entries(shapes).map(([shape, start]) => ({ kind, command, shape, start })),
);

async function startTlsSentinels(command: string): Promise<RedisGroup> {
  await using stack = new AsyncDisposableStack();
  const authority = stack.use(await createAuthority());
  const certificate = await authority.issue('localhost');
  const group = stack.use(
    await startRedisWithSentinels(command, {
      certificate,
      ca: authority.ca,
      caFile: authority.caFile,
    }),
  );
  const opened = stack.move();
  return { ...group, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

describe.each(cases)('$kind with $shape', ({ kind, command, start }) => {
  if (command === undefined) {
    test(`was not run: there is no ${kind} on this machine`, () => {
      expect(findServerOf(kind)).toBeUndefined();
    });
    return;
  }

  const opened = new AsyncDisposableStack();
  let group: RedisGroup;
  let stack: TestStack;
  let model: FakeModelService;
  let env: Record<string, string>;
  /** Where jobs are started, and where they are followed: what one publishes, the other is told through Redis alone. */
  let apps: [TestApp, TestApp];
  let subjects: Subjects;
  const lines: Record<string, any>[] = [];
  const messages = () => lines.map(({ msg }) => msg as string);

  beforeAll(async () => {
    group = opened.use(await start(command));
    stack = opened.use(await createTestStack('external'));
    model = opened.use(await startFakeModelService());
    env = {
      ...stack.env,
      ...group.env,
      METRICS_PORT: '0',
      MODEL_SERVICE_URL: model.url,
      // What heals does so without the reconciler's turn, which is not due in a test's time.
      RECONCILE_INTERVAL_MS: '600000',
      POLLS_PER_MINUTE: String(pollsPerMinute),
      SUBSCRIPTIONS_PER_OWNER: '200',
      VIDEO_SUMMARIZATION_CONCURRENCY: '4',
    };
    const log = new PassThrough({ encoding: 'utf8' });
    log.on('data', (line: string) => lines.push(JSON.parse(line)));
    const startOne = async () =>
      opened.use(await startTestApp({ stack, env, logger: pino({ level: 'info' }, log) }));
    apps = [await startOne(), await startOne()];
    subjects = await createSubjects(apps[0].graphql);
  });

  afterAll(() => opened.disposeAsync());

  const startJobs = (count: number) =>
    Promise.all(
      Array.from({ length: count }, () => startJob(apps[0].graphql, 'summarizeVideo', subjects)),
    );

  /** From the second app, every version in its order and the last one final. */
  async function expectFollowed(id: string): Promise<void> {
    const versions = await followJob(apps[1].graphql, 'websocket', id);
    const numbers = versions.map(({ version }) => version as number);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    expect(versions.at(-1)).toMatchObject({ state: 'COMPLETED', error: null });
  }

  async function expectReady(): Promise<void> {
    await eventually(async () => {
      for (const { probesUrl } of apps) {
        expect(await fetch(`${probesUrl}/readyz`)).toMatchObject({ status: 200 });
      }
    }, healed);
  }

  /** Fails over while jobs run, wait and are started; the server that was killed comes back when they are done. */
  async function failOver(): Promise<{ from: number; to: number }> {
    const gate = model.hold('/api/summarize');
    const before = await startJobs(jobsEach);
    const followed = before.map(({ id }) => expectFollowed(id as string));
    await gate.reached();
    const from = await group.findMaster(prefix());
    await group.servers.kill(from);
    gate.open();
    const meanwhile = await startJobs(jobsEach);
    followed.push(...meanwhile.map(({ id }) => expectFollowed(id as string)));
    await Promise.all(followed);
    for (const { id } of [...before, ...meanwhile]) {
      expect(await readJob(apps[0].graphql, id)).toMatchObject({ state: 'COMPLETED' });
    }
    const to = await group.findMaster(prefix());
    await expectReady();
    await group.servers.revive(from);
    await group.whenReplica(from);
    return { from, to };
  }

  const prefix = () =>
    env['REDIS_CLUSTER'] === 'true' ? `{${env['REDIS_PREFIX']}}` : env['REDIS_PREFIX']!;

  const poll = async (app: TestApp) =>
    (await fetch(`${app.url}/api/jobs/${crypto.randomUUID()}`)).status;

  test('doctor and /readyz are content with it, and limits are counted together', async () => {
    await expectReady();
    const { code, findings } = await runDoctor(env);
    expect(findings.filter(({ level }) => level === 'wrong')).toEqual([]);
    expect(code).toBe(0);
    for (let count = 0; count < pollsPerMinute / 2; count += 1) {
      expect(await Promise.all(apps.map(poll))).toEqual([404, 404]);
    }
    expect(await Promise.all(apps.map(poll))).toEqual([429, 429]);
    expect(messages()).not.toContain('limits are counted by this process alone');
  });

  test('a master that vanishes under a load costs no job, and no version its order', async () => {
    const { from, to } = await failOver();
    expect(to).not.toBe(from);
  });

  test('the master that came back as a replica becomes the master again', async () => {
    const { from, to } = await failOver();
    expect(to).not.toBe(from);
    const { findings } = await runDoctor(env);
    expect(findings.filter(({ level }) => level === 'wrong')).toEqual([]);
  });
});
