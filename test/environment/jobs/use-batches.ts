import { afterAll, beforeAll, expect } from 'vitest';
import { accounts, bearer, signIn } from '../access/credentials.ts';
import { createTestStack } from '../app/app.ts';
import type { StackKind } from '../app/app.ts';
import { startAppWithDatabase } from '../app/app-with-database.ts';
import type { AppWithDatabase } from '../app/app-with-database.ts';
import { createGraphQLClient } from '../clients/graphql-client.ts';
import type { GraphQLClient } from '../clients/graphql-client.ts';
import { startFakeModelService } from '../model-service/fake-model-service.ts';
import type { FakeModelService } from '../model-service/fake-model-service.ts';
import { startBatch } from './batches.ts';
import { createSubjects } from './jobs.ts';
import type { Subjects } from './jobs.ts';

/** An app in which Ann starts batches; it is there from the first test of the calling `describe` on. */
export interface Batches {
  app: AppWithDatabase;
  model: FakeModelService;
  graphql: GraphQLClient;
  headers: { authorization: string };
  /** Starts a batch of so many summaries, and returns the result. */
  startJobs: (count: number, options?: object) => Promise<Record<string, any>>;
  /** Ends a waiting job behind everybody's back: no process tells of it. */
  endSilently: (jobId: string, state: 'FAILED' | 'CANCELED') => Promise<void>;
}

/** The jobs wait for an hour. */
export const delayed = { delayMs: 3_600_000 };

export function useBatches(kind: StackKind): Batches {
  const disposables = new AsyncDisposableStack();
  const batches = {} as Batches;
  let subjects: Subjects;

  beforeAll(async () => {
    const stack = disposables.use(await createTestStack(kind));
    const model = disposables.use(await startFakeModelService());
    const env = { ...accounts, MODEL_SERVICE_URL: model.url };
    const app = disposables.use(await startAppWithDatabase(stack, env));
    const token = await signIn('ann');
    const graphql = createGraphQLClient(app.url, token);
    Object.assign(batches, { app, model, graphql, headers: bearer(token) });
    subjects = await createSubjects(graphql);
  });

  afterAll(() => disposables.disposeAsync());

  return Object.assign(batches, {
    startJobs: async (count: number, options: object = {}) => {
      const jobs = Array.from({ length: count }, () => ({ summarizeVideo: subjects }));
      const started = await startBatch(batches.graphql, { jobs }, options);
      expect(started).toMatchObject({ created: true });
      return started;
    },
    endSilently: async (jobId: string, state: 'FAILED' | 'CANCELED') => {
      await batches.app.db
        .updateTable('job')
        .set((eb) => ({ version: eb('version', '+', 1), state, finishedAt: new Date() }))
        .where('id', '=', jobId)
        .execute();
    },
  });
}
