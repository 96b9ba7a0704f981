import { sql } from 'kysely';
import type { PostgresPool } from 'kysely';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase } from '../../src/db/database.ts';
import { createLogger } from '../../src/platform/logger.ts';
import type { Broker } from '../../src/pubsub/broker.ts';
import { openEmbedded } from '../../src/stack/embedded.ts';
import { createTestStack, stackKinds, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';
import { askFirst } from '../environment/clients/first-answer.ts';
import { transports } from '../environment/clients/graphql-client.ts';
import type { GraphQLAnswer } from '../environment/clients/graphql-client.ts';
import { createSubjects } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

/** The job whose updates the broker has no channel for. */
const unreachableId = '0191e7a4-0000-7000-8000-000000000000';

describe.each(stackKinds)('on the %s stack, when the database and the broker fail', (kind) => {
  const log = captureLog();
  let stack: TestStack;
  let model: FakeModelService;
  let app: TestApp;

  beforeAll(async () => {
    stack = await createTestStack(kind);
    await hideJobLogs(stack);
    model = await startFakeModelService();
    app = await startTestApp({
      stack,
      env: { MODEL_SERVICE_URL: model.url },
      logger: log.logger,
      overrides: { wrapBroker: failToSubscribe },
    });
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  test.each(['post', ...transports] as const)(
    'a query over %s shows an id, and the log has the cause',
    async (transport) => {
      const job = await startJobWithoutLogs();
      const { data, errors } = await askFirst(app.graphql, transport, {
        operation: 'query ($id: ID!) { job(id: $id) { logs { message } } }',
        variables: { id: job.id },
      });
      expect(data).toEqual({ job: null });
      const errorId = expectMasked(errors, ['job', 'logs']);
      expect(log.find(errorId)).toMatchObject({
        level: 50,
        err: { message: 'relation "job_log" does not exist' },
      });
    },
  );

  test.each(transports)(
    'a subscription over %s shows an id with each update',
    async (transport) => {
      const job = await startJobWithoutLogs();
      const answers = await Array.fromAsync(
        app.graphql.subscribe(
          transport,
          'subscription ($id: ID!) { jobUpdated(id: $id) { logs { message } } }',
          { id: job.id },
        ),
      );
      const errorIds = answers.map(({ data, errors }) => {
        expect(data).toBeNull();
        return expectMasked(errors, ['jobUpdated', 'logs']);
      });
      expect(new Set(errorIds).size).toBe(answers.length);
      for (const errorId of errorIds) {
        expect(log.find(errorId)).toMatchObject({ err: { message: /job_log/ } });
      }
    },
  );

  test.each(transports)(
    'a subscription over %s that the broker refuses shows an id and nothing else',
    async (transport) => {
      const { data, errors } = await askFirst(app.graphql, transport, {
        operation: 'subscription ($id: ID!) { jobUpdated(id: $id) { id } }',
        variables: { id: unreachableId },
      });
      expect(data).toBeUndefined();
      const errorId = expectMasked(errors, ['jobUpdated']);
      expect(log.find(errorId)).toMatchObject({ err: { message: 'no broker at /run/redis.sock' } });
    },
  );

  async function startJobWithoutLogs(): Promise<{ id: string }> {
    const data = await app.graphql.request(
      `mutation ($input: SummarizeVideoInput!) {
        summarizeVideo(input: $input) { ... on SummarizeVideoPayload { job { id } } }
      }`,
      { input: await createSubjects(app.graphql) },
    );
    return data['summarizeVideo'].job;
  }
});

/** Nothing of the cause, but the id under which the log has it. */
function expectMasked(errors: GraphQLAnswer['errors'], path: string[]): string {
  const errorId = errors?.[0]?.extensions?.['errorId'];
  expect(errorId).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  expect(errors).toEqual([
    {
      message: `An internal error occurred. Quote ${String(errorId)} when you report it.`,
      locations: [{ line: 1, column: expect.any(Number) }],
      path,
      extensions: { code: 'INTERNAL_SERVER_ERROR', errorId },
    },
  ]);
  return errorId as string;
}

/** A logger whose lines stay here. */
function captureLog() {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => {
    lines.push(JSON.parse(line) as Record<string, unknown>);
  };
  return {
    logger: pino({ level: 'error' }, { write }),
    find: (errorId: string) => lines.find((line) => line['errorId'] === errorId),
  };
}

/** Makes every read of a job's log fail. */
async function hideJobLogs({ env }: TestStack): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const openPool = async (): Promise<PostgresPool> => {
    const { DATABASE_URL: connectionString, DATA_DIR: dataDir } = env;
    if (connectionString !== undefined) return new pg.Pool({ connectionString, max: 1 });
    return opened.use(await openEmbedded(dataDir!, createLogger('silent', false))).pool;
  };
  const db = opened.use(createDatabase(await openPool()));
  await sql`alter table job_log rename to hidden_job_log`.execute(db);
}

function failToSubscribe(broker: Broker): Broker {
  return {
    ...broker,
    subscribe: (channel, listener) =>
      channel.name === `job:${unreachableId}`
        ? Promise.reject(new Error('no broker at /run/redis.sock'))
        : broker.subscribe(channel, listener),
  };
}
