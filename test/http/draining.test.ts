import { expect, test } from 'vitest';
import { applyJobUpdates } from '../../src/jobs/rows/update.ts';
import { withTimeout } from '../../src/platform/timeout.ts';
import { startApiServer } from '../environment/app/api-server.ts';
import { createGraphQLClient, transports } from '../environment/clients/graphql-client.ts';
import { insertTestJob } from '../environment/jobs/insert-jobs.ts';
import { active, completed, toUpdates } from '../environment/jobs/job-changes.ts';
import { getUpdate, watchJob } from '../environment/jobs/jobs.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useTestStack } from '../environment/app/open-stack.ts';
import { formatOperation, openTcpConnection } from '../environment/clients/tcp-connection.ts';

expectNoLeaks();

const stack = useTestStack('embedded');
/** Much longer than a test may take: a server that waits for it is found. */
const overrides = { drainTimeoutMs: 60_000 };
const operation = formatOperation('application/json', '{ __typename }');

test('a server that ends does not wait for a client that has never sent a byte', async () => {
  const ending = await startApiServer(stack, { overrides });
  await using silent = await openTcpConnection(ending.url);
  await expect(
    withTimeout(Promise.resolve(ending[Symbol.asyncDispose]()), 2_000),
  ).resolves.toBeUndefined();
  await silent.closed;
});

test.each(transports)(
  'a server that ends tells clients over %s what has just been stored',
  async (transport) => {
    const ending = await startApiServer(stack, { overrides });
    const graphql = createGraphQLClient(ending.url);
    const { id } = await insertTestJob(stack.db);
    const list = graphql.subscribe(transport, 'subscription { jobsUpdated { job { id state } } }');
    const job = watchJob(graphql, transport, id);
    await Promise.all([job.next(), list.next(), list.next()]);
    // No message announces it.
    for (const update of toUpdates(id, [active(1, 50), completed(1)]))
      await applyJobUpdates(stack.db, [update]);
    const ended = ending[Symbol.asyncDispose]();
    expect((await Array.fromAsync(job)).map(getUpdate)).toMatchObject([{ state: 'COMPLETED' }]);
    expect(await list.next()).toMatchObject({
      value: { data: { jobsUpdated: { job: { id, state: 'COMPLETED' } } } },
    });
    await expect(list.next()).rejects.toThrow();
    await ended;
  },
);

test('a server that ends waits for a request whose body is still to come, and answers it', async () => {
  const ending = await startApiServer(stack, { overrides });
  await using slow = await openTcpConnection(ending.url);
  await using silent = await openTcpConnection(ending.url);
  slow.write(operation.slice(0, -5));
  await expect.poll(() => slow.serverSocket.bytesRead).toBeGreaterThan(0);
  const ended = ending[Symbol.asyncDispose]();
  await silent.closed;
  slow.write(operation.slice(-5));
  await withTimeout(slow.closed, 5_000);
  expect(slow.text).toMatch(/^HTTP\/1\.1 200 [^]*"__typename":"Query"/);
  await withTimeout(Promise.resolve(ended), 2_000);
});
