import { expect, test } from 'vitest';
import { closeAttempt } from '../../src/jobs/attempts/attempts.ts';
import { openAttempt } from '../../src/jobs/attempts/open-attempt.ts';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import { applyJobUpdates } from '../../src/jobs/rows/update.ts';
import type { JobUpdate } from '../../src/jobs/rows/update.ts';
import type { Database } from '../../src/db/tables.ts';
import { foldUpdates } from '../../src/queue/bridge/job-events.ts';
import { insertTestJobs } from '../environment/jobs/insert-jobs.ts';
import {
  active,
  completed,
  delayed,
  failed,
  queued,
  toUpdates,
} from '../environment/jobs/job-changes.ts';
import type { JobChange } from '../environment/jobs/job-changes.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { createSeededRandom } from '../environment/seeded-random.ts';
import type { SeededRandom } from '../environment/seeded-random.ts';
import { useTestStack } from '../environment/app/open-stack.ts';

expectNoLeaks();

const jobsOfASeed = 400;
const newestAttempt = 3;

const stack = useTestStack('external');

test.each([1, 2, 3, 4])(
  `${jobsOfASeed} folded histories end in the rows of the unfolded ones (seed %i)`,
  async (seed) => {
    const random = createSeededRandom(seed);
    const histories = Array.from({ length: jobsOfASeed }, () => [
      // A worker reports as soon as it has begun.
      active(1, 0),
      ...Array.from({ length: random.below(10) }, () => chooseWord(random)),
    ]);
    const one = await insertHistories(stack.db, histories);
    const folded = await insertHistories(stack.db, histories);

    for (const batch of toBatches(one, () => 1)) await applyJobUpdates(stack.db, batch);
    for (const batch of toBatches(folded, () => 1 + random.below(6))) {
      for (const layer of foldUpdates(batch)) await applyJobUpdates(stack.db, layer);
    }
    const [expected, actual] = [await readRows(stack.db, one), await readRows(stack.db, folded)];
    for (const [index, row] of actual.entries())
      expect({ history: histories[index], row }).toEqual({
        history: histories[index],
        row: expected[index],
      });
  },
);

test('what follows a failure counts, when the row has been taken back to QUEUED since', async () => {
  const [job] = await insertTestJobs(stack.db, 1);
  const events = toUpdates(job!.id, [active(1, 5), failed, active(2, 5), completed(2)]);
  await applyJobUpdates(stack.db, [events[1]!]);
  await stack.db.updateTable('job').set({ state: 'QUEUED' }).where('id', '=', job!.id).execute();
  // A bridge that begins again from an older cursor.
  for (const layer of foldUpdates(events)) await applyJobUpdates(stack.db, layer);
  expect(await readRows(stack.db, [events])).toMatchObject([{ state: 'COMPLETED', attempt: 2 }]);
});

/** Mostly what a queue could tell, in any order: workers that lost their job report, too. */
function chooseWord(random: SeededRandom): JobChange {
  const attempt = 1 + random.below(newestAttempt);
  const report = active(attempt, random.below(20) * 5, random.pick(['Looking', 'Saving']));
  // Only who holds the job's lock completes it: the newest.
  const ends = [completed(newestAttempt), failed];
  return random.below(12) === 0
    ? random.pick(ends)
    : random.pick([report, report, report, delayed, queued]);
}

async function insertHistories(db: Database, histories: JobChange[][]): Promise<JobUpdate[][]> {
  const jobs = await insertTestJobs(db, histories.length);
  const updates = histories.map((words, index) => toUpdates(jobs[index]!.id, words));
  // Of some, a worker has written why it failed.
  for (const [index, { id }] of jobs.slice(0, 20).entries()) {
    await openAttempt(db, { jobId: id, round: 1 }, 'worker');
    const error = { code: 'MODEL_TIMEOUT', message: 'Slow.', retryable: true, attempt: 1 } as const;
    // Of some of those, the next attempt is far away.
    await closeAttempt(db, id, 1, error, index % 2 === 0 ? 3_600_000 : 0);
  }
  return updates;
}

/** Of each job the next few updates, until there are none: one stream, cut as a bridge may find it. */
function toBatches(histories: JobUpdate[][], chooseLength: () => number): JobUpdate[][] {
  const rest = histories.map((updates) => [...updates]);
  const batches: JobUpdate[][] = [];
  while (rest.some((updates) => updates.length > 0))
    batches.push(rest.flatMap((updates) => updates.splice(0, chooseLength())));
  return batches;
}

/** All that does not differ by time, by name, or by how often the row was written; in the order of the histories. */
async function readRows(db: Database, histories: JobUpdate[][]): Promise<Partial<JobRow>[]> {
  const ids = histories.map(([first]) => first!.jobId);
  const query = db.selectFrom('job').selectAll().where('id', 'in', ids);
  const rows = (await query.execute()) as (JobRow & { endedXid: unknown })[];
  const byId = new Map(
    rows.map(
      ({
        id,
        resultId: _resultId,
        version: _version,
        eventId: _eventId,
        endedXid: _endedXid,
        createdAt: _createdAt,
        dispatchedAt,
        startedAt,
        finishedAt,
        nextAttemptAt,
        ...row
      }) => [
        id,
        {
          ...row,
          dispatched: dispatchedAt !== null,
          started: startedAt !== null,
          finished: finishedAt !== null,
          waits: nextAttemptAt !== null,
        },
      ],
    ),
  );
  return ids.map((id) => byId.get(id)!);
}
