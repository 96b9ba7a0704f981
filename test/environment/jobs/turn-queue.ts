import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../../../src/db/tables.ts';
import { priorityRanks } from '../../../src/jobs/rows/row.ts';
import type { JobPriority, JobRow } from '../../../src/jobs/rows/row.ts';
import { applyJobUpdates } from '../../../src/jobs/rows/update.ts';
import { takeTurns } from '../../../src/queue/turns.ts';
import type { TurnOptions } from '../../../src/queue/turns.ts';

/** What a job is charged before any has ended. */
export const expectedDurationMs = 1_000;

/** A queue of rows alone, of a type that nobody else uses. */
export interface TurnQueue {
  type: string;
  insert: (
    owner: string,
    count: number,
    priority?: JobPriority,
    columns?: object,
  ) => Promise<JobRow[]>;
  /** Takes the turns of as many jobs as there is room for. */
  take: () => Promise<JobRow[]>;
}

let queues = 0;

export function openTurnQueue(db: Database, options: Partial<TurnOptions> = {}): TurnQueue {
  queues += 1;
  const type = options.type ?? `TYPE_${queues}`;
  const turns: TurnOptions = {
    type,
    ratePerMinute: null,
    perOwner: null,
    expectedDurationMs,
    ownerWeights: {},
    ...options,
  };
  return {
    type,
    insert: async (owner, count, priority = 'NORMAL', columns = {}) => {
      const job = {
        type,
        owner,
        state: 'QUEUED' as const,
        input: '{}',
        maxAttempts: 3,
        priority,
        priorityRank: priorityRanks[priority],
        ...columns,
      };
      const jobs = Array.from({ length: count }, () => ({
        ...job,
        id: uuidv7(),
        resultId: uuidv7(),
      }));
      return db.insertInto('job').values(jobs).returningAll().execute();
    },
    take: () => takeTurns(db, turns),
  };
}

/** A worker has begun with these. */
export async function startJobs(db: Database, jobs: readonly Pick<JobRow, 'id'>[]): Promise<void> {
  const update = { round: 1, eventId: 1n, state: 'ACTIVE', attempt: 1 } as const;
  await applyJobUpdates(
    db,
    jobs.map(({ id }) => ({ ...update, jobId: id })),
  );
}

/** Ends jobs that have run for so long. */
export async function endJobs(
  db: Database,
  jobs: readonly Pick<JobRow, 'id'>[],
  ranMs: number,
): Promise<void> {
  const attempts = jobs.map(({ id }) => ({
    jobId: id,
    number: 1,
    worker: 'one',
    startedAt: sql<Date>`now() - make_interval(secs => ${ranMs / 1_000}::float8)`,
    finishedAt: sql<Date>`now()`,
  }));
  await db.insertInto('jobAttempt').values(attempts).execute();
  const update = { round: 1, eventId: 2n, state: 'COMPLETED', attempt: 1 } as const;
  await applyJobUpdates(
    db,
    jobs.map(({ id }) => ({ ...update, jobId: id })),
  );
}
