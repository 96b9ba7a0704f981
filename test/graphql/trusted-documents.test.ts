import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StartupError } from '../../src/errors.ts';
import { startApiServer } from '../environment/app/api-server.ts';
import type { ApiServer } from '../environment/app/api-server.ts';
import { useTestStack } from '../environment/app/open-stack.ts';
import { insertTestJob } from '../environment/jobs/insert-jobs.ts';
import { sendBy, toUrl } from '../environment/clients/every-transport.ts';
import type { GraphQLRequest } from '../environment/clients/graphql-client.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { postOperation } from '../environment/clients/event-stream.ts';

expectNoLeaks();

const stack = useTestStack('external');

const ways = Object.entries(sendBy);
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const byHash = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });

const findJob = 'query FindJob($id: ID!) { job(id: $id) { id } }';
const watchJob = 'subscription WatchJob($id: ID!) { jobUpdated(id: $id) { id version } }';
const unknown = 'query FindJob($id: ID!) { job(id: $id) { id state } }';
const trusted = new Map([findJob, watchJob].map((text) => [hash(text), text]));

function said(message: string, code: string): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] });
}

async function expectEverywhere(
  url: string,
  sent: GraphQLRequest,
  expected: string,
): Promise<void> {
  for (const [way, ask] of ways) {
    expect({ way, answer: await ask(url, sent) }).toEqual({ way, answer: expected });
  }
}

describe('a server of trusted documents', () => {
  let server: ApiServer;
  let variables: { id: string };

  beforeAll(async () => {
    server = await startApiServer(stack, { policy: { trustedDocuments: trusted } });
    variables = { id: (await insertTestJob(stack.db)).id };
  });

  afterAll(() => server[Symbol.asyncDispose]());

  const wordings: [string, GraphQLRequest][] = [
    ['their hash, as Apollo Client sends it', { extensions: byHash(hash(findJob)) }],
    ['their id', { documentId: hash(findJob) }],
    ['their id with its kind', { documentId: `sha256:${hash(findJob)}` }],
    ['their text', { query: findJob }],
    ['their text beside their hash', { query: findJob, extensions: byHash(hash(findJob)) }],
  ];

  test.each(wordings)('runs them by %s, over every transport', async (_by, sent) => {
    const answer = JSON.stringify({ data: { job: variables } });
    await expectEverywhere(server.url, { ...sent, variables }, answer);
  });

  test('begins subscriptions by their hash', async () => {
    const streams = ['server-sent events', 'multipart', 'a single connection', 'a WebSocket'];
    const answer = JSON.stringify({ data: { jobUpdated: { ...variables, version: 1 } } });
    for (const way of streams) {
      const sent = { extensions: byHash(hash(watchJob)), variables };
      expect({ way, answer: await sendBy[way]!(server.url, sent) }).toEqual({ way, answer });
    }
  });

  const refused: [string, GraphQLRequest, string][] = [
    [
      'a hash that it does not know',
      { extensions: byHash(hash(unknown)) },
      said('PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND'),
    ],
    [
      'a name that every object has',
      { documentId: 'constructor' },
      said('PersistedQueryNotFound', 'PERSISTED_QUERY_NOT_FOUND'),
    ],
    ['another document', { query: unknown }, said('PersistedQueryOnly', 'PERSISTED_QUERY_ONLY')],
    [
      'what is no document',
      { query: '{ nobody' },
      said('PersistedQueryOnly', 'PERSISTED_QUERY_ONLY'),
    ],
    [
      'a document with a space more',
      { query: `${findJob} ` },
      said('PersistedQueryOnly', 'PERSISTED_QUERY_ONLY'),
    ],
    [
      'the registration of another document',
      { query: unknown, extensions: byHash(hash(unknown)) },
      said('PersistedQueryOnly', 'PERSISTED_QUERY_ONLY'),
    ],
    [
      'another document under the hash of one that it knows',
      { query: unknown, extensions: byHash(hash(findJob)) },
      said('PersistedQueryOnly', 'PERSISTED_QUERY_ONLY'),
    ],
  ];

  test.each(refused)('refuses %s, over every transport', async (_what, sent, answer) => {
    await expectEverywhere(server.url, { ...sent, variables }, answer);
    // What was refused has not been learnt.
    await expectEverywhere(server.url, { ...sent, variables }, answer);
  });

  test('refuses with 400, where GraphQL over HTTP says so', async () => {
    const headers = { accept: 'application/graphql-response+json' };
    const sent = { query: unknown, variables };
    expect((await postOperation(server.url, sent, headers)).status).toBe(400);
    expect((await fetch(toUrl(server.url, sent), { headers })).status).toBe(400);
  });

  test('has no GraphiQL, and shows its result of a job by REST', async () => {
    const page = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(404);
    const job = await fetch(`${server.url}/api/jobs/${variables.id}`);
    expect(job.status).toBe(200);
  });
});

test('a server without trusted documents says that it knows none by hash', async () => {
  await using server = await startApiServer(stack);
  const answer = said('PersistedQueryNotSupported', 'PERSISTED_QUERY_NOT_SUPPORTED');
  await expectEverywhere(server.url, { extensions: byHash(hash(findJob)) }, answer);
  await expectEverywhere(server.url, { documentId: hash(findJob) }, answer);
  const whole = { query: findJob, extensions: byHash(hash(findJob)), variables: { id: 'nobody' } };
  const nobody = JSON.stringify({
    errors: [
      {
        message: 'There is no job with the id "nobody".',
        locations: [{ line: 1, column: findJob.indexOf('job(') + 1 }],
        path: ['job'],
        extensions: { code: 'NOT_FOUND' },
      },
    ],
    data: { job: null },
  });
  await expectEverywhere(server.url, whole, nobody);
});

test.each([
  ['a field that is not there', '{ nobody }', /is not valid: Cannot query field "nobody"/],
  ['no GraphQL', '{', /is not valid: Syntax Error/],
  ['too many aliases', `{ ${'a: __typename '.repeat(40)} }`, /is not valid: Aliases limit/],
])('a server does not start with a trusted document that has %s', async (_what, text, problem) => {
  const policy = { trustedDocuments: new Map([['abc', text]]) };
  const starting = startApiServer(stack, { policy });
  await expect(starting).rejects.toThrow(StartupError);
  await expect(starting).rejects.toThrow(problem);
  await expect(starting).rejects.toThrow('the document abc');
});
