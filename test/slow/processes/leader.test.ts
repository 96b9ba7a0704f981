import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestStack } from '../../environment/app/app.ts';
import type { TestStack } from '../../environment/app/app.ts';
import { startAppProcess } from '../../environment/app/app-process.ts';
import type { AppProcess } from '../../environment/app/app-process.ts';
import { openTestStack } from '../../environment/app/open-stack.ts';
import type { OpenStack } from '../../environment/app/open-stack.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { eventually } from '../../environment/eventually.ts';
import { createSubjects, startJob, watchJob } from '../../environment/jobs/jobs.ts';
import type { Subjects } from '../../environment/jobs/jobs.ts';
import { startFakeModelService } from '../../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../../environment/model-service/fake-model-service.ts';
import { startPgbouncer } from '../../environment/programs/postgres.ts';

expectNoLeaks();

/** Each starts processes, which takes seconds on a busy machine. */
vi.setConfig({ testTimeout: 60_000 });

/** What the program promises, after the death of a leader and while it stands still. */
const takeoverMs = 2_000;
const silenceMs = 5_000;

let stack: TestStack;
let bare: OpenStack;
let model: FakeModelService;

beforeAll(async () => {
  stack = await createTestStack('external');
  bare = await openTestStack(stack);
  model = await startFakeModelService();
});

afterAll(async () => {
  await model[Symbol.asyncDispose]();
  await bare[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

function startNamed(env: Record<string, string>, role: string, name: string): Promise<AppProcess> {
  const more = { MODEL_SERVICE_URL: model.url, WORKER_NAME: name, ALLOW_INSECURE: '1' };
  return startAppProcess(role, { ...env, ...more });
}

/** Two API processes and a worker; the first leads. */
async function startDeployment(env: Record<string, string>) {
  await using opened = new AsyncDisposableStack();
  const start = async (role: string, name: string): Promise<AppProcess> =>
    opened.use(await startNamed(env, role, name));
  const leader = await start('api', 'first');
  const standby = await start('api', 'second');
  await start('worker', 'worker');
  const subjects = await createSubjects(standby.graphql);
  const kept = opened.move();
  return { leader, standby, subjects, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function readLeader(): Promise<{ holder: string; term: number; bySession: boolean }> {
  return bare.db
    .selectFrom('lease')
    .select(['holder', 'term', 'bySession'])
    .where('name', '=', 'leader')
    .executeTakeFirstOrThrow();
}

async function becomesLeader(holder: string, withinMs: number): Promise<void> {
  await eventually(async () => expect(await readLeader()).toMatchObject({ holder }), { withinMs });
}

/** Runs a job to its end, and gives the versions that its watcher has seen. */
async function runWatched(
  { graphql }: AppProcess,
  subjects: Subjects,
  meanwhile: () => Promise<void>,
): Promise<number[]> {
  const gate = model.hold('/api/summarize');
  const { id } = await startJob(graphql, 'summarizeVideo', subjects);
  const versions: number[] = [];
  const states: string[] = [];
  const stream = watchJob(graphql, 'sse', id);
  const watched = (async () => {
    for await (const { data } of stream) {
      versions.push(data!['jobUpdated'].version);
      states.push(data!['jobUpdated'].state);
    }
  })();
  await gate.reached();
  await eventually(() => expect(states.at(-1)).toBe('ACTIVE'));
  await meanwhile();
  gate.open();
  await watched;
  expect(states.at(-1)).toBe('COMPLETED');
  return versions;
}

function expectOrdered(versions: readonly number[]): void {
  expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
}

async function readMetric(process: AppProcess, name: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', process.url))).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

describe('of two API processes', () => {
  test('one reads the events of queues, and says so; the other stands by, and its clients miss nothing', async () => {
    await using deployment = await startDeployment(stack.env);
    const { leader, standby, subjects } = deployment;
    expectOrdered(await runWatched(standby, subjects, async () => undefined));
    expect(await readLeader()).toMatchObject({ holder: 'first', bySession: true });
    const read = (name: string) =>
      Promise.all([leader, standby].map((process) => readMetric(process, name)));
    expect(await read('fovea_leader')).toEqual([1, 0]);
    expect(await read('fovea_leader_takeovers_total')).toEqual([1, 0]);
    const batches = 'fovea_bridge_batch_size_count{queue="video_summarization"}';
    const [applied, none] = await read(batches.replaceAll(/[{}]/g, String.raw`\$&`));
    expect(applied).toBeGreaterThan(0);
    expect(none).toBe(0);
    const ready = await fetch(new URL('/readyz', standby.url));
    expect(await ready.json()).toMatchObject({ status: 'ready', leads: false });
  });

  test('a place in the queue is looked up by the leader, for who watches at another process', async () => {
    await using leader = await startNamed(stack.env, 'api', 'first');
    await using standby = await startNamed(stack.env, 'api', 'second');
    const subjects = await createSubjects(standby.graphql);
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.push((await startJob(standby.graphql, 'summarizeVideo', subjects))['id']);
    }
    const places: number[] = [];
    const stream = standby.graphql.subscribe(
      'sse',
      'subscription ($id: ID!) { jobUpdated(id: $id) { position } }',
      { id: ids.at(-1)! },
    );
    const watched = (async () => {
      for await (const { data } of stream) places.push(data!['jobUpdated'].position);
    })().catch(() => undefined); // its process ends first, when the test has failed
    await eventually(() => expect(places).toEqual([3]));
    // Well within the time after which the other process looks itself.
    for (const [index, id] of ids.slice(0, 2).entries()) {
      await leader.graphql.request('mutation ($id: ID!) { cancelJob(id: $id) { __typename } }', {
        id,
      });
      await eventually(() => expect(places.at(-1)).toBe(2 - index), { withinMs: 6_000 });
    }
    await stream.return?.(undefined);
    await watched;
  });

  test('kill -9 of the leader: the other leads within 2 s, and no version is lost', async () => {
    await using deployment = await startDeployment(stack.env);
    const { leader, standby, subjects } = deployment;
    const versions = await runWatched(standby, subjects, async () => {
      leader.kill('SIGKILL');
      await becomesLeader('second', takeoverMs);
    });
    expectOrdered(versions);
    expect(standby.output).toContain('"msg":"leading"');
    expect(await readMetric(standby, 'fovea_leader')).toBe(1);
  });

  test('a leader that stands still is replaced when it has been silent for 5 s, and stands by when it goes on', async () => {
    await using deployment = await startDeployment(stack.env);
    const { leader, standby, subjects } = deployment;
    const versions = await runWatched(standby, subjects, async () => {
      leader.kill('SIGSTOP');
      await becomesLeader('second', silenceMs + takeoverMs);
    });
    expectOrdered(versions);
    const { term } = await readLeader();
    leader.kill('SIGCONT');
    await eventually(() => expect(leader.output).toContain('leading no more'));
    expectOrdered(await runWatched(leader, subjects, async () => undefined));
    expect(await readLeader()).toMatchObject({ holder: 'second', term });
    expect(await readMetric(leader, 'fovea_leader')).toBe(0);
  });

  test('SIGTERM hands over at once', async () => {
    await using deployment = await startDeployment(stack.env);
    const { leader, standby, subjects } = deployment;
    const versions = await runWatched(standby, subjects, async () => {
      leader.kill('SIGTERM');
      await leader.ended;
      await becomesLeader('second', takeoverMs);
    });
    expectOrdered(versions);
  });

  test('behind PgBouncer, where no session is one’s own, the lease alone says who leads', async () => {
    const url = stack.env['DATABASE_URL']!;
    const database = sql.id(new URL(url).pathname.slice(1));
    for (const name of ['statement_timeout', 'idle_in_transaction_session_timeout']) {
      await sql`alter database ${database} set ${sql.ref(name)} to '10s'`.execute(bare.db);
    }
    const settings = { ignore_startup_parameters: 'options', default_pool_size: '10' };
    await using pgbouncer = await startPgbouncer(url, settings);
    await using deployment = await startDeployment({ ...stack.env, DATABASE_URL: pgbouncer.url });
    const { leader, standby, subjects } = deployment;
    expect(await readLeader()).toMatchObject({ holder: 'first', bySession: false });
    const versions = await runWatched(standby, subjects, async () => {
      leader.kill('SIGKILL');
      await becomesLeader('second', takeoverMs);
    });
    expectOrdered(versions);
  });
});
