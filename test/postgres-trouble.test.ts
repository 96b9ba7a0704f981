import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestStack, startTestApp } from './environment/app.ts';
import type { TestApp, TestStack } from './environment/app.ts';
import { eventually } from './environment/eventually.ts';
import { startFakeModelService } from './environment/fake-model-service.ts';
import type { FakeModelService } from './environment/fake-model-service.ts';
import { createSubjects, followJob, readJob, startJob } from './environment/jobs.ts';
import type { Subjects } from './environment/jobs.ts';
import { expectNoLeaks } from './environment/leaks.ts';
import { startTroubledPostgres } from './environment/troubled-postgres.ts';
import type { TroubledPostgres } from './environment/troubled-postgres.ts';

expectNoLeaks();

/** From when the database can be used again. */
const healsWithinMs = 15_000;
const paths = ['/api/summarize', '/api/extract-claims', '/api/synthesize-summary'] as const;

describe('while PostgreSQL is in trouble', () => {
  let postgres: TroubledPostgres;
  let stack: TestStack;
  let model: FakeModelService;
  let app: TestApp;
  let subjects: Subjects;
  let summaryId: string;
  let cutOff = 0;
  const logger = pino(
    { level: 'warn' },
    {
      write: (line: string) => {
        if (line.includes('database in trouble')) cutOff += 1;
      },
    },
  );

  beforeAll(async () => {
    postgres = await startTroubledPostgres();
    const base = await createTestStack('services');
    // A lock is not waited for so long as by default: a test waits as long.
    const env = { ...base.env, DATABASE_URL: `${postgres.url}?lock_timeout=500` };
    stack = { ...base, env };
    model = await startFakeModelService();
    app = await startTestApp({
      stack,
      logger,
      env: {
        MODEL_SERVICE_URL: model.url,
        MIGRATE_ON_START: 'true',
        METRICS_PORT: '0',
        VIDEO_SUMMARIZATION_CONCURRENCY: '1',
        CLAIM_EXTRACTION_CONCURRENCY: '1',
        CLAIM_SYNTHESIS_CONCURRENCY: '1',
      },
    });
    subjects = await createSubjects(app.graphql);
    const summarized = await complete(await start('summarizeVideo'));
    summaryId = summarized['result'].id;
    await complete(await start('extractClaims'));
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
  });

  beforeEach(() => {
    cutOff = 0;
  });

  function start(mutation: Parameters<typeof startJob>[1]) {
    const inputs = {
      summarizeVideo: subjects,
      extractClaims: { summaryId },
      synthesizeClaims: { summaryIds: [summaryId] },
    };
    return startJob(app.graphql, mutation, inputs[mutation]);
  }

  async function complete({ id }: Record<string, any>): Promise<Record<string, any>> {
    await followJob(app.graphql, 'sse', id);
    const data = await app.graphql.request(
      'query ($id: ID!) { job(id: $id) { ... on VideoSummarizationJob { result { id } } } }',
      { id },
    );
    return data['job'];
  }

  /** One of each type that waits for the model service, and one of each behind it. */
  async function startAll() {
    const gates = paths.map((path) => model.hold(path));
    const startOne = () =>
      Promise.all([start('summarizeVideo'), start('extractClaims'), start('synthesizeClaims')]);
    const running = await startOne();
    await Promise.all(gates.map((gate) => gate.reached()));
    return { running, waiting: await startOne(), open: () => gates.forEach((gate) => gate.open()) };
  }

  async function expectReadiness(status: string, withinMs: number): Promise<void> {
    const read = async () => {
      const response = await fetch(`${app.probesUrl}/readyz`);
      expect(((await response.json()) as { status: string }).status).toBe(status);
    };
    await eventually(read, { withinMs });
  }

  test('every job completes whatever it is, and none is charged for it', async () => {
    for (const { name, begin, isSeen } of postgres.faults) {
      cutOff = 0;
      const { running, waiting, open } = await startAll();
      const end = await begin();
      try {
        open();
        if (isSeen) await expectReadiness('unavailable', 5_000);
        // What is said of silence is heard when it is over.
        if (name !== 'silence') {
          await eventually(() => expect(cutOff, name).toBeGreaterThanOrEqual(running.length));
        }
      } finally {
        await end();
      }
      await expectReadiness('ready', healsWithinMs);
      for (const { id } of [...running, ...waiting]) {
        const job = await eventually(
          async () => {
            const found = await readJob(app.graphql, id);
            expect(found, name).toMatchObject({ state: 'COMPLETED', error: null });
            return found;
          },
          { withinMs: healsWithinMs },
        );
        const attempts = job['attempts'] as { error: unknown; finishedAt: unknown }[];
        expect(attempts.map(({ error }) => error)).toEqual(attempts.map(() => null));
        expect(attempts.map(({ finishedAt }) => finishedAt)).not.toContain(null);
        expect(job['attempt']).toBe(attempts.length);
        const { defaultAttempts } = budget(job['__typename']);
        expect(job['maxAttempts']).toBe(defaultAttempts + attempts.length - 1);
      }
    }
  }, 120_000);
});

function budget(typename: string) {
  return { defaultAttempts: typename === 'ClaimSynthesisJob' ? 2 : 3 };
}
