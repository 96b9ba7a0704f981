import { sql } from 'kysely';
import type { PostgresPool } from 'kysely';
import type { GraphQLFormattedError } from 'graphql';
import { createClient } from 'graphql-ws';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { createDatabase } from '../../src/db/database.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { openEmbedded } from '../../src/stack/embedded.ts';
import { createTestStack, stackKinds, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { startApiServer } from '../environment/app/api-server.ts';
import type { ApiServer } from '../environment/app/api-server.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';
import { createGraphQLClient, transports } from '../environment/clients/graphql-client.ts';
import type {
  GraphQLAnswer,
  GraphQLClient,
  Transport,
  Variables,
} from '../environment/clients/graphql-client.ts';
import { createSubjects, getUpdate, holdSummary, startJob } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

interface Refusal {
  fault: string;
  operation: string;
  variables?: Variables;
  code: string;
  message: RegExp;
}

const refusedQueries: Refusal[] = [
  {
    fault: 'a syntax error',
    operation: '{ jobs(',
    code: 'GRAPHQL_PARSE_FAILED',
    message: /^Syntax Error: /,
  },
  {
    fault: 'an unknown field',
    operation: '{ personas { shoeSize } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: /^Cannot query field "shoeSize" on type "Persona"/,
  },
  {
    fault: 'a missing variable',
    operation: 'query ($id: ID!) { job(id: $id) { id } }',
    code: 'BAD_USER_INPUT',
    message: /^Variable "\$id" of required type "ID!" was not provided/,
  },
  {
    fault: 'an enum value that there is not',
    operation: 'query ($type: JobType!) { queue(type: $type) { paused } }',
    variables: { type: 'DANCING' },
    code: 'BAD_USER_INPUT',
    message: /^Variable "\$type" got invalid value "DANCING"/,
  },
  {
    fault: 'a fraction for an Int',
    operation: 'query ($first: Int) { jobs(first: $first) { edges { cursor } } }',
    variables: { first: 1.5 },
    code: 'BAD_USER_INPUT',
    message: /^Variable "\$first" got invalid value 1.5/,
  },
  {
    fault: 'an unknown input field',
    operation: 'query ($filter: JobFilter) { jobs(filter: $filter) { edges { cursor } } }',
    variables: { filter: { colour: 'red' } },
    code: 'BAD_USER_INPUT',
    message: /Field "colour" is not defined by type "JobFilter"/,
  },
  {
    fault: 'a cursor of no list',
    operation: '{ jobs(after: "here") { edges { cursor } } }',
    code: 'BAD_USER_INPUT',
    message: /^The cursor is not one of this list\. Pass one that this list returned\.$/,
  },
  {
    fault: 'a cursor with a NUL character',
    operation: 'query ($before: String) { jobs(before: $before, last: 1) { edges { cursor } } }',
    variables: { before: '\0' },
    code: 'BAD_USER_INPUT',
    message: /^The cursor is not one of this list\. Pass one that this list returned\.$/,
  },
  {
    fault: 'a cursor of videos with a NUL character',
    operation: 'query ($after: String) { videos(after: $after) { edges { cursor } } }',
    variables: { after: '\0' },
    code: 'BAD_USER_INPUT',
    message: /^The cursor is not one of this list\. Pass one that this list returned\.$/,
  },
];

const refusedSubscriptions: Refusal[] = [
  {
    fault: 'a syntax error',
    operation: 'subscription { jobUpdated(',
    code: 'GRAPHQL_PARSE_FAILED',
    message: /^Syntax Error: /,
  },
  {
    fault: 'an unknown field',
    operation:
      'subscription { jobUpdated(id: "0191e7a4-0000-7000-8000-000000000000") { shoeSize } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: /^Cannot query field "shoeSize" on type "Job"/,
  },
  {
    fault: 'a missing variable',
    operation: 'subscription ($id: ID!) { jobUpdated(id: $id) { id } }',
    code: 'BAD_USER_INPUT',
    message: /^Variable "\$id" of required type "ID!" was not provided/,
  },
  {
    fault: 'a fraction for an Int',
    operation: 'subscription ($after: Int) { jobUpdated(id: "none", after: $after) { id } }',
    variables: { after: 1.5 },
    code: 'BAD_USER_INPUT',
    message: /^Variable "\$after" got invalid value 1.5/,
  },
];

const unknownIds = [
  { what: 'a UUID of no job', id: '01890a5d-ac96-774b-bcce-b302099a8057' },
  { what: 'an id that is no UUID', id: 'none' },
  { what: 'an empty id', id: '' },
  { what: 'an id with a NUL character', id: '\0' },
  { what: 'an id with half a surrogate pair', id: '\ud83d' },
];

describe('an operation that reads nothing', () => {
  let server: ApiServer;
  let graphql: GraphQLClient;

  beforeAll(async () => {
    server = await startApiServer('external');
    graphql = createGraphQLClient(server.url);
  });

  afterAll(() => server[Symbol.asyncDispose]());

  describe.each(['post', ...transports] as const)('a query over %s', (transport) => {
    test.each(refusedQueries)('is refused for $fault, with $code', async (refusal) => {
      expectRefusal(await ask(graphql, transport, refusal), refusal);
    });
  });

  describe.each(transports)('a subscription over %s', (transport) => {
    test.each(refusedSubscriptions)('is refused for $fault, with $code', async (refusal) => {
      expectRefusal(await ask(graphql, transport, refusal), refusal);
    });
  });
});

describe.each(stackKinds)('on the %s stack', (kind) => {
  let stack: TestStack;
  let model: FakeModelService;
  let app: TestApp;

  beforeAll(async () => {
    stack = await createTestStack(kind);
    model = await startFakeModelService();
    app = await startTestApp({ stack, env: { MODEL_SERVICE_URL: model.url } });
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await model[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  describe.each(transports)('a subscription over %s', (transport) => {
    test.each(unknownIds)('to $what is told that there is no such job', async ({ id }) => {
      const operation = 'subscription ($id: ID!) { jobUpdated(id: $id) { id } }';
      expect(await ask(app.graphql, transport, { operation, variables: { id } })).toEqual({
        errors: [
          {
            message: `There is no job with the id ${JSON.stringify(id)}.`,
            locations: [{ line: 1, column: 27 }],
            path: ['jobUpdated'],
            extensions: { code: 'NOT_FOUND' },
          },
        ],
      });
    });
  });

  test.each(unknownIds)('a query and a subscription to $what say the same', async ({ id }) => {
    const asked = await app.graphql.send('query ($id: ID!) { job(id: $id) { id } }', { id });
    const operation = 'subscription ($id: ID!) { jobUpdated(id: $id) { id } }';
    const watched = await ask(app.graphql, 'sse', { operation, variables: { id } });
    const said = ({ errors }: GraphQLAnswer) =>
      errors?.map(({ message, extensions }) => ({ message, code: extensions?.['code'] }));
    expect(said(asked)).toEqual(said(watched));
    expect(asked).toMatchObject({ data: { job: null }, errors: [{ path: ['job'] }] });
  });

  test('a syntax error leaves the other operations of its WebSocket alone', async () => {
    const [gate] = holdSummary(model, [{ progress: 0.5, stage: 'Looking' }]);
    const job = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
    const client = createClient({
      url: `${app.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    const updates = client.iterate<Record<string, any>>({
      query: 'subscription ($id: ID!) { jobUpdated(id: $id) { state } }',
      variables: { id: job['id'] },
    });
    await updates.next();
    await expect(client.iterate({ query: '{ jobs(' }).next()).rejects.toMatchObject([
      { extensions: { code: 'GRAPHQL_PARSE_FAILED' } },
    ]);
    gate!.open();
    const versions = await Array.fromAsync(updates);
    expect(getUpdate(versions.at(-1)!)).toEqual({ state: 'COMPLETED' });
    await client.dispose();
  });
});

describe.each(stackKinds)('on the %s stack, when the database fails', (kind) => {
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
      const { data, errors } = await ask(app.graphql, transport, {
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

test.each(transports)(
  'when the broker fails, a subscription over %s shows an id and nothing else',
  async (transport) => {
    const log = captureLog();
    await using stack = await createTestStack('external');
    await using app = await startTestApp({
      stack,
      env: { MODEL_SERVICE_URL: 'http://127.0.0.1:9' },
      logger: log.logger,
      overrides: {
        wrapBroker: (broker) => ({
          ...broker,
          subscribe: (channel, listener) =>
            channel.name.startsWith('job:')
              ? Promise.reject(new Error('no broker at /run/redis.sock'))
              : broker.subscribe(channel, listener),
        }),
      },
    });
    const { data, errors } = await ask(app.graphql, transport, {
      operation: 'subscription { jobUpdated(id: "0191e7a4-0000-7000-8000-000000000000") { id } }',
    });
    expect(data).toBeUndefined();
    const errorId = expectMasked(errors, ['jobUpdated']);
    expect(log.find(errorId)).toMatchObject({ err: { message: 'no broker at /run/redis.sock' } });
  },
);

/** The first answer, whichever way the transport gives it. */
async function ask(
  graphql: GraphQLClient,
  transport: 'post' | Transport,
  { operation, variables }: Pick<Refusal, 'operation' | 'variables'>,
): Promise<GraphQLAnswer> {
  if (transport === 'post') return graphql.send(operation, variables);
  const answers = graphql.subscribe(transport, operation, variables);
  try {
    const { value } = await answers.next();
    return value as GraphQLAnswer;
  } catch (error) {
    // So graphql-ws hands over the errors of an operation that did not begin.
    if (Array.isArray(error)) return { errors: error as GraphQLFormattedError[] };
    throw error;
  } finally {
    await answers.return?.();
  }
}

function expectRefusal({ data, errors }: GraphQLAnswer, { code, message }: Refusal): void {
  expect(data ?? null).toBeNull();
  expect(errors).toHaveLength(1);
  expect(errors?.[0]?.message).toMatch(message);
  expect(errors?.[0]?.extensions).toEqual({ code });
}

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
