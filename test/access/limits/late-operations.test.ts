import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { localSession } from '../../../src/access/identity/session.ts';
import { createLimits } from '../../../src/access/limits/limits.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { startApiServer } from '../../environment/app/api-server.ts';
import { createGraphQLClient } from '../../environment/clients/graphql-client.ts';
import { insertLargeResults, textOf } from '../../environment/jobs/large-results.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { noLimits } from '../../environment/access/limits.ts';
import { useTestStack } from '../../environment/app/open-stack.ts';

expectNoLeaks();

const stack = useTestStack('external');

test('what takes too long gives its place back, and is said to whoever polls', async () => {
  await using server = await startApiServer(stack, {
    policy: { operationTimeoutMs: 200 },
    context: {
      limits: createLimits({
        config: { ...noLimits, operationsPerOwner: 1 },
        maxQueryCost: 10_000,
        db: stack.db,
        redis: null,
        prefix: '',
        logger: createLogger('silent', false),
        onRefused: () => {},
      }),
    },
  });
  const { db } = stack;
  const { synthesisJobId } = await insertLargeResults(db, localSession.viewer.owner, 1);
  const trx = await db.startTransaction().execute();
  await sql`lock table claim_synthesis in access exclusive mode`.execute(trx);
  const answer = await fetch(`${server.url}/api/jobs/${synthesisJobId}`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({
    errors: [{ extensions: { code: 'OPERATION_TIMEOUT' } }],
  });
  expect(await createGraphQLClient(server.url).request('{ personas { id } }')).toHaveProperty(
    'personas',
  );
  await trx.rollback().execute();
  expect(await (await fetch(`${server.url}/api/jobs/${synthesisJobId}`)).json()).toMatchObject({
    result: { text: textOf('s') },
  });
});
