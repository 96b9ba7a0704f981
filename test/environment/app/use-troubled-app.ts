import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { createTestStack, startTestApp } from './app.ts';
import type { TestApp, TestStack } from './app.ts';
import { eventually } from '../eventually.ts';
import { startFakeModelService } from '../model-service/fake-model-service.ts';
import type { FakeModelService } from '../model-service/fake-model-service.ts';
import { createSubjects, readJob, startJob } from '../jobs/jobs.ts';
import { runJob } from '../jobs/results.ts';
import { startFaultyPostgres } from '../programs/faulty-postgres.ts';
import type { FaultyPostgres } from '../programs/faulty-postgres.ts';

export const types = {
  summarizeVideo: { path: '/api/summarize', attempts: 3 },
  extractClaims: { path: '/api/extract-claims', attempts: 3 },
  synthesizeClaims: { path: '/api/synthesize-summary', attempts: 2 },
} as const;
export type Mutation = keyof typeof types;
export const mutations = Object.keys(types) as Mutation[];

/** An app whose PostgreSQL the tests of a file may trouble, each of whose queues runs one job at once. */
export function useTroubledApp() {
  let postgres: FaultyPostgres;
  let stack: TestStack;
  let env: Record<string, string>;
  let model: FakeModelService;
  let app: TestApp;
  let inputs: Record<Mutation, object>;
  /** Attempts that were given back because of the database, by the app's log. */
  let cutOff = 0;
  /** Reports that could not be written at once, by the app's log. */
  let unsent = 0;

  beforeAll(async () => {
    postgres = await startFaultyPostgres();
    stack = await createTestStack('external');
    model = await startFakeModelService();
    env = {
      // Shorter than in production, for the sake of the tests.
      DATABASE_URL: `${postgres.url}?lock_timeout=500`,
      MODEL_SERVICE_URL: model.url,
      MIGRATE_ON_START: 'true',
      METRICS_PORT: '0',
      VIDEO_SUMMARIZATION_CONCURRENCY: '1',
      CLAIM_EXTRACTION_CONCURRENCY: '1',
      CLAIM_SYNTHESIS_CONCURRENCY: '1',
    };
    const write = (line: string) => {
      if (line.includes('report not sent')) unsent += 1;
      if (line.includes('database in trouble')) cutOff += 1;
    };
    app = await startTestApp({ stack, env, logger: pino({ level: 'warn' }, { write }) });
    const subjects = await createSubjects(app.graphql);
    const { result } = await runJob(app.graphql, 'summarizeVideo', subjects);
    inputs = {
      summarizeVideo: subjects,
      extractClaims: { summaryId: result.id },
      synthesizeClaims: { summaryIds: [result.id] },
    };
    await runJob(app.graphql, 'extractClaims', inputs.extractClaims);
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
  });

  beforeEach(() => {
    cutOff = 0;
    unsent = 0;
  });

  /** A job of each type. */
  async function startAll(): Promise<{ id: string; mutation: Mutation }[]> {
    const start = (mutation: Mutation) => startJob(app.graphql, mutation, inputs[mutation]);
    return Promise.all(
      mutations.map(async (mutation) => ({ mutation, id: (await start(mutation))['id'] })),
    );
  }

  const expectReadiness = (status: string) =>
    eventually(async () => {
      const response = await fetch(`${app.probesUrl}/readyz`);
      expect(await response.json()).toMatchObject({ status });
    });

  /** Expects that all attempts but the last were given back: the job still has the others. */
  async function expectUncharged(id: string, mutation: Mutation): Promise<void> {
    const job = await readJob(app.graphql, id);
    expect(job).toMatchObject({ state: 'COMPLETED', error: null });
    const attempts = job['attempts'] as { error: unknown; finishedAt: string | null }[];
    for (const { error, finishedAt } of attempts) {
      expect({ error, isOpen: finishedAt === null }).toEqual({ error: null, isOpen: false });
    }
    const { attempt, maxAttempts } = job;
    expect({ attempt, left: maxAttempts - attempt }).toEqual({
      attempt: attempts.length,
      left: types[mutation].attempts - 1,
    });
  }

  return {
    get app() {
      return app;
    },
    get model() {
      return model;
    },
    get postgres() {
      return postgres;
    },
    /** For another process of the same deployment. */
    get deployment() {
      return { stack, env };
    },
    get inputs() {
      return inputs;
    },
    /** In the present test. */
    get counts() {
      return { cutOff, unsent };
    },
    startAll,
    expectReadiness,
    expectUncharged,
  };
}
