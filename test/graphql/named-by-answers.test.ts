import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { createSubjects } from '../environment/jobs/jobs.ts';

expectNoLeaks();

const server = useApiServer('external');

test('what is not there is named: what it is, its id, and where it was given', async () => {
  const error = '... on NotFoundError { kind id path message }';
  const id = randomUUID();
  const subjects = await createSubjects(server.graphql);
  const started = await server.graphql.request(
    `mutation ($input: SummarizeVideoInput!) { summarizeVideo(input: $input) { ${error} } }`,
    { input: { ...subjects, personaId: id } },
  );
  const message = `There is no persona with the id "${id}".`;
  const path = ['input', 'personaId'];
  expect(started['summarizeVideo']).toEqual({ kind: 'persona', id, path, message });
  const canceled = await server.graphql.request(
    `mutation ($id: ID!) { cancelJob(id: $id) { ${error} } }`,
    { id },
  );
  expect(canceled['cancelJob']).toMatchObject({ kind: 'job', id, path: ['id'] });
});

test('who is asking is told who they are', async () => {
  const { viewer } = await server.graphql.request('{ viewer { owner role expiresAt } }');
  expect(viewer).toEqual({ owner: 'local', role: 'OPERATOR', expiresAt: null });
});
