import { describe, expect, test } from 'vitest';
import { closeAttempt } from '../../src/jobs/attempts/attempts.ts';
import { openAttempt } from '../../src/jobs/attempts/open-attempt.ts';
import { applyJobUpdates } from '../../src/jobs/rows/update.ts';
import { publishJobs } from '../../src/pubsub/publish.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';
import { insertTestJob } from '../environment/jobs/insert-jobs.ts';
import { transports } from '../environment/clients/graphql-client.ts';
import { active, completed, toUpdates } from '../environment/jobs/job-changes.ts';
import type { JobChange } from '../environment/jobs/job-changes.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { openSubscription } from '../environment/clients/open-subscription.ts';

expectNoLeaks();

const fields = '{ state attempts { number finishedAt } }';
const subscriptions = [
  ['jobUpdated', `subscription ($id: ID!) { jobUpdated(id: $id) ${fields} }`],
  ['jobsUpdated', `subscription { jobsUpdated { job ${fields} } }`],
] as const;

interface View {
  state: string;
  attempts: { number: number; finishedAt: string | null }[];
}

const server = useApiServer('external');

async function applyLast(jobId: string, words: readonly JobChange[]): Promise<void> {
  const { db, broker } = server.stack;
  const update = toUpdates(jobId, words).at(-1)!;
  await publishJobs(broker, await applyJobUpdates(db, [update]));
}

describe.each(transports)('over %s', (transport) => {
  test.each(subscriptions)('%s reads the attempts anew for each event', async (field, query) => {
    const { db } = server.stack;
    const { id } = await insertTestJob(db);
    const begin = (worker: string) => openAttempt(db, { jobId: id, round: 1 }, worker);
    await begin('first');
    await applyLast(id, [active(1, 5)]);
    const variables = field === 'jobUpdated' ? { id } : {};
    const { views, leave } = openSubscription<View>(server.url, transport, query, variables);
    expect((await views.next()).attempts).toEqual([{ number: 1, finishedAt: null }]);

    await closeAttempt(db, id, 1, undefined);
    await begin('second');
    await applyLast(id, [active(1, 5), active(2, 5)]);
    const finished = { number: 1, finishedAt: expect.any(String) };
    expect((await views.next()).attempts).toEqual([finished, { number: 2, finishedAt: null }]);

    await closeAttempt(db, id, 2, undefined);
    await applyLast(id, [active(1, 5), active(2, 5), completed(2)]);
    expect(await views.next()).toEqual({
      state: 'COMPLETED',
      attempts: [finished, { ...finished, number: 2 }],
    });
    await leave();
  });
});
