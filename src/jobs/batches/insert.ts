import type { Database } from '../../db/tables.ts';
import { IdempotencyConflictError } from '../../errors.ts';
import { insertJobs, SubjectGoneError } from '../rows/insert.ts';
import type { NewJob } from '../rows/insert.ts';
import type { JobRow } from '../rows/row.ts';
import { batchColumns } from './table.ts';
import type { BatchRow } from './table.ts';

/** What an idempotency key of a batch stands for: the same key and owner must come with the same input. */
export interface BatchSubmission {
  owner: string;
  idempotencyKey: string | undefined;
  inputHash: string;
}

export interface NewBatch extends BatchSubmission {
  id: string;
  name: string | undefined;
}

/**
 * Stores a batch and all of its jobs, or nothing: undefined if its idempotency key was used before. Jobs are stored in the order
 * given, each after the one that it waits for. Throws SubjectGoneError if what an input names is not there.
 */
export async function insertBatch(
  db: Database,
  batch: NewBatch,
  jobs: readonly NewJob[],
): Promise<{ batch: BatchRow; jobs: JobRow[] } | undefined> {
  return db.transaction().execute(async (trx) => {
    const inserted = await trx
      .insertInto('batch')
      .values({
        ...batch,
        name: batch.name ?? null,
        idempotencyKey: batch.idempotencyKey ?? null,
        state: 'RUNNING',
        jobs: jobs.length,
        counts: JSON.stringify(countStates(jobs)),
      })
      .onConflict((conflict) =>
        conflict
          .columns(['owner', 'idempotencyKey'])
          .where('idempotencyKey', 'is not', null)
          .doNothing(),
      )
      .returning(batchColumns)
      .executeTakeFirst();
    if (!inserted) return undefined;
    const rows = await insertJobs(
      trx,
      jobs.map((job) => ({ ...job, batchId: batch.id })),
    );
    // Its jobs have no keys of their own.
    if (!rows.every((row) => row !== undefined)) throw new SubjectGoneError();
    return { batch: inserted, jobs: rows };
  });
}

function countStates(jobs: readonly NewJob[]): BatchRow['counts'] {
  const byState = Object.groupBy(jobs, ({ delayMs }) => (delayMs ? 'DELAYED' : 'QUEUED'));
  return Object.fromEntries(Object.entries(byState).map(([state, some]) => [state, some.length]));
}

/** The batch that was already submitted with this key; throws IdempotencyConflictError if its input is different. */
export async function findBatchByIdempotencyKey(
  db: Database,
  { owner, idempotencyKey, inputHash }: BatchSubmission,
): Promise<BatchRow | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const found = await db
    .selectFrom('batch')
    .select([...batchColumns, 'batch.inputHash'])
    .where('owner', '=', owner)
    .where('idempotencyKey', '=', idempotencyKey)
    .executeTakeFirst();
  if (!found) return undefined;
  const { inputHash: known, ...batch } = found;
  if (known === inputHash) return batch;
  const first = await db
    .selectFrom('job')
    .select('id')
    .where('batchId', '=', batch.id)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  throw new IdempotencyConflictError(first?.id ?? batch.id);
}
