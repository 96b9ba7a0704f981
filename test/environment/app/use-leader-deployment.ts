import { afterAll, beforeAll, expect } from 'vitest';
import { createTestStack } from './app.ts';
import type { TestStack } from './app.ts';
import { startAppProcess } from './app-process.ts';
import type { AppProcess } from './app-process.ts';
import { openTestStack } from './open-stack.ts';
import type { OpenStack } from './open-stack.ts';
import { eventually } from '../eventually.ts';
import { createSubjects, startJob, watchJob } from '../jobs/jobs.ts';
import type { Subjects } from '../jobs/jobs.ts';
import { startFakeModelService } from '../model-service/fake-model-service.ts';
import type { FakeModelService } from '../model-service/fake-model-service.ts';

/** Processes of one deployment, of which one leads, and the rows under them. */
export function useLeaderDeployment() {
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

  function startNamed(
    env: Record<string, string>,
    role: string,
    name: string,
  ): Promise<AppProcess> {
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
    await eventually(async () => expect(await readLeader()).toMatchObject({ holder }), {
      withinMs,
    });
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

  return {
    get stack() {
      return stack;
    },
    /** The database, without an app. */
    get db() {
      return bare.db;
    },
    startNamed,
    startDeployment,
    readLeader,
    becomesLeader,
    runWatched,
  };
}
