import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { AppProcess } from '../../environment/app/app-process.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { eventually } from '../../environment/eventually.ts';
import { createSubjects, startJob } from '../../environment/jobs/jobs.ts';
import { startPgbouncer } from '../../environment/programs/postgres.ts';
import { useLeaderDeployment } from '../../environment/app/use-leader-deployment.ts';

expectNoLeaks();

/** What the program promises, after the death of a leader and while it stands still. */
const takeoverMs = 2_000;
const silenceMs = 5_000;

function expectOrdered(versions: readonly number[]): void {
  expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
}

async function readMetric(process: AppProcess, name: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', process.url))).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

describe('of two API processes', () => {
  const processes = useLeaderDeployment();
  const { startNamed, startDeployment, readLeader, becomesLeader, runWatched } = processes;

  test('one reads the events of queues, and says so; the other stands by, and its clients miss nothing', async () => {
    await using deployment = await startDeployment(processes.stack.env);
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
    await using leader = await startNamed(processes.stack.env, 'api', 'first');
    await using standby = await startNamed(processes.stack.env, 'api', 'second');
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
    await using deployment = await startDeployment(processes.stack.env);
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
    await using deployment = await startDeployment(processes.stack.env);
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
    await using deployment = await startDeployment(processes.stack.env);
    const { leader, standby, subjects } = deployment;
    const versions = await runWatched(standby, subjects, async () => {
      leader.kill('SIGTERM');
      await leader.ended;
      await becomesLeader('second', takeoverMs);
    });
    expectOrdered(versions);
  });

  test('behind PgBouncer, where no session is one’s own, the lease alone says who leads', async () => {
    const url = processes.stack.env['DATABASE_URL']!;
    const database = sql.id(new URL(url).pathname.slice(1));
    for (const name of ['statement_timeout', 'idle_in_transaction_session_timeout']) {
      await sql`alter database ${database} set ${sql.ref(name)} to '10s'`.execute(processes.db);
    }
    const settings = { ignore_startup_parameters: 'options', default_pool_size: '10' };
    await using pgbouncer = await startPgbouncer(url, settings);
    await using deployment = await startDeployment({
      ...processes.stack.env,
      DATABASE_URL: pgbouncer.url,
    });
    const { leader, standby, subjects } = deployment;
    expect(await readLeader()).toMatchObject({ holder: 'first', bySession: false });
    const versions = await runWatched(standby, subjects, async () => {
      leader.kill('SIGKILL');
      await becomesLeader('second', takeoverMs);
    });
    expectOrdered(versions);
  });
});
