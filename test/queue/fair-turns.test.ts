import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, stackKinds } from '../environment/app/app.ts';
import type { TestStack } from '../environment/app/app.ts';
import { startAppWithDatabase } from '../environment/app/app-with-database.ts';
import type { AppWithDatabase } from '../environment/app/app-with-database.ts';
import { createGraphQLClient } from '../environment/clients/graphql-client.ts';
import type { GraphQLClient } from '../environment/clients/graphql-client.ts';
import { eventually } from '../environment/eventually.ts';
import { createSubjects, followJob, readJob, startJob } from '../environment/jobs/jobs.ts';
import type { Subjects } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';

expectNoLeaks();

const backlog = 20;
const slots = 2;
/** How many of them the queue is given. */
const window = 10;

describe.each(stackKinds)('on the %s stack', (kind) => {
  let stack: TestStack;
  let model: FakeModelService;
  let app: AppWithDatabase;
  let graphql: GraphQLClient;

  beforeAll(async () => {
    stack = await createTestStack(kind);
    model = await startFakeModelService();
    app = await startAppWithDatabase(stack, {
      MODEL_SERVICE_URL: model.url,
      VIDEO_SUMMARIZATION_CONCURRENCY: String(slots),
      VIDEO_SUMMARIZATION_RATE_PER_MINUTE: '0',
    });
    graphql = createGraphQLClient(app.url);
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  async function submit(
    count: number,
    { subjects, ...options }: { subjects?: Subjects; priority?: string } = {},
  ): Promise<string[]> {
    subjects ??= await createSubjects(graphql);
    const jobs = await Promise.all(
      Array.from({ length: count }, () => startJob(graphql, 'summarizeVideo', subjects, options)),
    );
    return jobs.map(({ id }) => id);
  }

  /** From now on these are another's. */
  async function giveTo(owner: string, ids: string[], subjects: Subjects): Promise<void> {
    const { videoId, personaId } = subjects;
    await app.db.updateTable('video').set({ owner }).where('id', '=', videoId).execute();
    await app.db.updateTable('persona').set({ owner }).where('id', '=', personaId).execute();
    await app.db.updateTable('job').set({ owner }).where('id', 'in', ids).execute();
  }

  async function listJobs() {
    return app.db.selectFrom('job').select(['id', 'state', 'dispatchedAt', 'startedAt']).execute();
  }

  /** What waits in the rows is counted as what the queue has. */
  async function expectCounts(counts: { queued: number; active: number }): Promise<void> {
    const figures = '(type: VIDEO_SUMMARIZATION) { counts { queued active } }';
    await eventually(async () => {
      expect(await graphql.request(`{ queue${figures} }`)).toEqual({ queue: { counts } });
    });
    const updates = graphql.subscribe('sse', `subscription { queueUpdated${figures} }`);
    const { value } = await updates.next();
    expect(value.data).toEqual({ queueUpdated: { counts } });
    await updates.return?.();
  }

  test('the queue has what its workers take soon, places are true, and one job does not wait for a backlog', async () => {
    const gate = model.hold('/api/summarize');
    // Those that begin at once do not count as what the queue has.
    const ofA = await submit(slots);
    await eventually(() => expect(model.calls).toHaveLength(slots));
    ofA.push(...(await submit(backlog - slots)));
    await eventually(async () => {
      const given = (await listJobs()).filter(({ dispatchedAt }) => dispatchedAt !== null);
      expect(given).toHaveLength(window);
    });
    await expectCounts({ queued: backlog - slots, active: slots });
    const subjects = await createSubjects(graphql);
    const late = await submit(1, { subjects });
    expect(await readJob(graphql, late[0]!)).toMatchObject({ position: backlog - slots + 1 });
    await giveTo('ben', late, subjects);
    // Before all of A's that the queue has.
    await eventually(async () => {
      expect(await readJob(graphql, late[0]!)).toMatchObject({ position: 1 });
    });

    const [urgent] = await submit(1, { priority: 'HIGH' });
    await eventually(async () => {
      expect(await readJob(graphql, urgent!)).toMatchObject({ position: 1 });
    });
    // Two places become free. What begins in them waits, so that nothing else can.
    const next = model.hold('/api/summarize');
    gate.open();
    await eventually(async () => {
      const active = (await listJobs()).filter(({ state }) => state === 'ACTIVE');
      expect(new Set(active.map(({ id }) => id))).toEqual(new Set([urgent!, late[0]!]));
    });
    next.open();
    const [, , versions] = await Promise.all([
      ...[urgent!, ofA.at(-1)!].map((id) => followJob(graphql, 'sse', id)),
      followJob(graphql, 'sse', late[0]!),
    ]);
    expect(versions!.at(-1)).toMatchObject({ state: 'COMPLETED' });
    const started = (await listJobs()).filter(({ startedAt }) => startedAt !== null);
    expect(started).toHaveLength(backlog + 2);
  });
});
