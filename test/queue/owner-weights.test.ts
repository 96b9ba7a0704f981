import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accounts, createKey, signIn } from '../environment/access/credentials.ts';
import { createTestStack } from '../environment/app/app.ts';
import type { TestStack } from '../environment/app/app.ts';
import { startAppWithDatabase } from '../environment/app/app-with-database.ts';
import type { AppWithDatabase } from '../environment/app/app-with-database.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { createGraphQLClient } from '../environment/clients/graphql-client.ts';
import { eventually } from '../environment/eventually.ts';
import { createSubjects, startJob } from '../environment/jobs/jobs.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';

expectNoLeaks();

const type = 'VIDEO_SUMMARIZATION';

let stack: TestStack;
let model: FakeModelService;
let app: AppWithDatabase;

beforeAll(async () => {
  stack = await createTestStack('external');
  model = await startFakeModelService();
  app = await startAppWithDatabase(stack, {
    ...accounts,
    AUTH_WEIGHT_CLAIM: 'plan.weight',
    OWNER_WEIGHTS: '{"cem":5}',
    MODEL_SERVICE_URL: model.url,
    VIDEO_SUMMARIZATION_CONCURRENCY: '1',
    VIDEO_SUMMARIZATION_RATE_PER_MINUTE: '0',
  });
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

async function submit(token: string, count: number): Promise<void> {
  const graphql = createGraphQLClient(app.url, token);
  const subjects = await createSubjects(graphql);
  await Promise.all(
    Array.from({ length: count }, () => startJob(graphql, 'summarizeVideo', subjects)),
  );
}

const signUp = (owner: string, weight?: unknown) =>
  signIn(owner, weight === undefined ? {} : { plan: { weight } });

async function expectWeights(weights: Record<string, number>): Promise<void> {
  await eventually(async () => {
    const { rows } = await sql<{ weights: Record<string, number> }>`
        select jsonb_object_agg(owner, weight) as weights from owner_turn
        where type = ${type} and owner = any(${sql.val(Object.keys(weights))}::text[])`.execute(
      app.db,
    );
    expect(rows[0]!.weights).toEqual(weights);
  });
}

test('a claim of the token gives an owner shares, unless a setting does', async () => {
  await submit(await signUp('ann', 3), 1);
  await submit(await signUp('ben'), 1);
  await submit(await signUp('cem', 2), 1);
  await expectWeights({ ann: 3, ben: 1, cem: 5 });
  // The newest job counts.
  await submit(await signUp('ann', 0.5), 1);
  await expectWeights({ ann: 0.5 });
  await submit((await createKey(app.db, 'ann')).token, 1);
  await expectWeights({ ann: 1 });
});

test('a token with another weight is refused, and the answer says what to write', async () => {
  for (const weight of [0, 0.009, 101, -1, '3', null, [3]]) {
    const graphql = createGraphQLClient(app.url, await signUp('dan', weight));
    const { errors } = await graphql.send('{ jobs(first: 1) { edges { node { id } } } }');
    expect(errors).toMatchObject([
      {
        message: 'The token\'s claim "plan.weight" must be a number from 0.01 to 100.',
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ]);
  }
});
