import { createClient } from 'graphql-ws';
import { describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { useTestApp } from '../environment/app/use-test-app.ts';
import { askFirst } from '../environment/clients/first-answer.ts';
import { transports } from '../environment/clients/graphql-client.ts';
import type { GraphQLAnswer } from '../environment/clients/graphql-client.ts';
import { createSubjects, getUpdate, holdSummary, startJob } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const unknownIds = [
  { what: 'a UUID of no job', id: '01890a5d-ac96-774b-bcce-b302099a8057' },
  { what: 'an id that is no UUID', id: 'none' },
  { what: 'an empty id', id: '' },
  { what: 'an id with a NUL character', id: '\0' },
  { what: 'an id with half a surrogate pair', id: '\ud83d' },
];

const { app, model } = useTestApp('external');

describe.each(transports)('a subscription over %s', (transport) => {
  test.each(unknownIds)('to $what is told that there is no such job', async ({ id }) => {
    const operation = 'subscription ($id: ID!) { jobUpdated(id: $id) { id } }';
    expect(await askFirst(app.graphql, transport, { operation, variables: { id } })).toEqual({
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
  const watched = await askFirst(app.graphql, 'sse', { operation, variables: { id } });
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
