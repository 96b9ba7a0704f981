import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiKeyToken, hashApiKey, insertApiKey } from '../../src/access/identity/api-keys.ts';
import { createDatabase } from '../../src/db/database.ts';
import { createTestStack, startTestApp } from '../environment/app/app.ts';
import type { TestApp, TestStack } from '../environment/app/app.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';
import type { FakeModelService } from '../environment/model-service/fake-model-service.ts';
import { createGraphQLClient, transports } from '../environment/clients/graphql-client.ts';
import type { GraphQLClient, Variables } from '../environment/clients/graphql-client.ts';
import { eventually } from '../environment/eventually.ts';
import { createSubjects, followJob, startJob } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

let stack: TestStack;
let model: FakeModelService;
let app: TestApp;
let ann: GraphQLClient;
let bob: GraphQLClient;
let operator: GraphQLClient;
let jobId: string;

beforeAll(async () => {
  stack = await createTestStack('external');
  model = await startFakeModelService();
  const env = { MODEL_SERVICE_URL: model.url, AUTH_MODE: 'keys' };
  app = await startTestApp({ stack, env });
  ann = await createClient('ann');
  bob = await createClient('bob');
  operator = await createClient('op', 'operator');
  jobId = (await startJob(ann, 'summarizeVideo', await createSubjects(ann)))['id'];
  await followJob(ann, 'sse', jobId);
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

async function createClient(
  owner: string,
  role: 'user' | 'operator' = 'user',
): Promise<GraphQLClient> {
  const connectionString = stack.env['DATABASE_URL']!;
  await using db = createDatabase(new pg.Pool({ connectionString, max: 1 }));
  const token = createApiKeyToken();
  const secretHash = hashApiKey(token);
  await insertApiKey(db, { owner, role, name: null, secretHash, expiresAt: null });
  return createGraphQLClient(app.url, token);
}

async function createTicket(client: GraphQLClient, variables: Variables = {}) {
  const data = await client.request(
    `mutation ($jobId: ID!, $expiresInSeconds: Int) {
      createJobTicket(jobId: $jobId, expiresInSeconds: $expiresInSeconds) {
        __typename
        ... on CreateJobTicketPayload { ticket expiresAt }
        ... on ValidationError { issues { path message } }
        ... on Error { message }
      }
    }`,
    { jobId, ...variables },
  );
  return data['createJobTicket'];
}

test('a ticket shows the job in an address alone, and no other', async () => {
  const askedAt = Date.now();
  const { ticket, expiresAt } = await createTicket(ann);
  expect(Date.parse(expiresAt)).toBeGreaterThan(askedAt + 600_000 - 1_000);
  const response = await fetch(`${app.url}/api/jobs/${jobId}?ticket=${ticket}`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ jobId });
  expect((await fetch(`${app.url}/api/jobs/${jobId}`)).status).toBe(401);
  const { id } = await startJob(ann, 'summarizeVideo', await createSubjects(ann));
  expect((await fetch(`${app.url}/api/jobs/${id}?ticket=${ticket}`)).status).toBe(404);
});

test.each(transports)('a ticket opens the updates of its job by %s', async (transport) => {
  const { ticket } = await createTicket(ann, { expiresInSeconds: 60 });
  const watch = 'subscription ($id: ID!) { jobUpdated(id: $id) { id state } }';
  const updates = createGraphQLClient(app.url, ticket).subscribe(transport, watch, { id: jobId });
  expect((await Array.fromAsync(updates)).at(-1)?.data).toEqual({
    jobUpdated: { id: jobId, state: 'COMPLETED' },
  });
});

test('a ticket of an operator is for a job of another, and makes no ticket', async () => {
  const { ticket } = await createTicket(operator);
  expect((await fetch(`${app.url}/api/jobs/${jobId}?ticket=${ticket}`)).status).toBe(200);
  const { data, errors } = await createGraphQLClient(app.url, ticket).send(
    'mutation ($jobId: ID!) { createJobTicket(jobId: $jobId) { __typename } }',
    { jobId },
  );
  expect(data ?? null).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

test('a job of another is not there for a ticket', async () => {
  const refused = await createTicket(bob);
  expect(refused).toMatchObject({ __typename: 'NotFoundError' });
  const nowhere = '0199aaaa-0000-7000-8000-000000000000';
  const missing = await createTicket(bob, { jobId: nowhere });
  expect(JSON.stringify(refused).replaceAll(jobId, nowhere)).toBe(JSON.stringify(missing));
});

test.each([0, -1, 3_601, 2_147_483_647])(
  'a ticket does not hold for %d seconds',
  async (seconds) => {
    expect(await createTicket(ann, { expiresInSeconds: seconds })).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['expiresInSeconds'] }],
    });
  },
);

test('a ticket holds for ten minutes unless it is said for how long, up to an hour', async () => {
  for (const expiresInSeconds of [1, 3_600, null]) {
    const { expiresAt } = await createTicket(ann, { expiresInSeconds });
    const holdsForMs = Date.parse(expiresAt) - Date.now();
    expect(holdsForMs).toBeLessThanOrEqual((expiresInSeconds ?? 600) * 1_000);
  }
});

test('tickets that are revoked stop working, and end what they have opened; new ones work', async () => {
  const { id } = await startJob(ann, 'summarizeVideo', await createSubjects(ann), {
    delayMs: 600_000,
  });
  const [ticket, other] = [
    (await createTicket(ann, { jobId: id })).ticket,
    (await createTicket(ann)).ticket,
  ];
  const read = async (by: string, of: string) =>
    (await fetch(`${app.url}/api/jobs/${of}?ticket=${by}`)).status;
  expect(await read(ticket, id)).toBe(200);
  const watch = 'subscription ($id: ID!) { jobUpdated(id: $id) { id } }';
  const updates = createGraphQLClient(app.url, ticket).subscribe('sse', watch, { id });
  await updates.next();

  expect(await revoke(bob, id)).toMatchObject({ __typename: 'NotFoundError' });
  expect(await revoke(ann, id)).toEqual({ __typename: 'RevokeJobTicketsPayload', job: { id } });
  await expect(updates.next()).rejects.toThrow();
  await eventually(async () => expect(await read(ticket, id)).toBe(401));
  const renewed = (await createTicket(ann, { jobId: id })).ticket;
  expect([await read(renewed, id), await read(other, jobId)]).toEqual([200, 200]);
});

async function revoke(client: GraphQLClient, id: string) {
  const data = await client.request(
    `mutation ($jobId: ID!) { revokeJobTickets(jobId: $jobId) {
      __typename ... on RevokeJobTicketsPayload { job { id } } } }`,
    { jobId: id },
  );
  return data['revokeJobTickets'];
}
