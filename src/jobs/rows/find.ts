import { sql } from 'kysely';
import { IdempotencyConflictError } from '../../errors.ts';
import type { JobRow } from './row.ts';
import { createOwnedReader, isAmong } from '../../db/owned-reader.ts';
import type { OwnedReader } from '../../db/owned-reader.ts';
import type { Database, DatabaseTransaction } from '../../db/tables.ts';
import { listJobsById } from './list.ts';
import { toUuid } from '../../platform/text.ts';

/** Reads single jobs, those that are asked for at the same time in one statement. */
export interface JobReader {
  find: OwnedReader<JobRow>;
  /** No more than tells whether a client has the newest. */
  findVersion: OwnedReader<Pick<JobRow, 'id' | 'owner' | 'version'>>;
}

export function createJobReader(db: Database): JobReader {
  return {
    find: createOwnedReader(db, {
      toKey: toUuid,
      list: (_db, ids) => listJobsById(db, ids),
      jobOf,
    }),
    findVersion: createOwnedReader(db, {
      toKey: toUuid,
      list: (_db, ids) =>
        db.selectFrom('job').select(['id', 'owner', 'version']).where(isAmong(ids)).execute(),
      jobOf,
    }),
  };
}

function jobOf({ id }: { id: string }): string {
  return id;
}

/** The job, locked until the transaction ends. */
export async function lockJob(
  trx: DatabaseTransaction,
  jobId: string,
): Promise<JobRow | undefined> {
  return trx.selectFrom('job').selectAll().where('id', '=', jobId).forUpdate().executeTakeFirst();
}

/** What an idempotency key stands for: the same key, owner and type must come with the same input. */
export interface JobSubmission {
  type: string;
  owner: string;
  input: Record<string, unknown>;
  idempotencyKey?: string | undefined;
}

/** The job that was already submitted with this key; throws IdempotencyConflictError if its input is different. */
export async function findJobByIdempotencyKey(
  db: Database,
  { owner, type, idempotencyKey, input }: JobSubmission,
): Promise<JobRow | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const found = await db
    .selectFrom('job')
    .selectAll()
    .select(sql<boolean>`input = ${JSON.stringify(input)}::jsonb`.as('same'))
    .where('owner', '=', owner)
    .where('type', '=', type)
    .where('idempotencyKey', '=', idempotencyKey)
    .executeTakeFirst();
  if (!found) return undefined;
  const { same, ...job } = found;
  if (!same) throw new IdempotencyConflictError(job.id);
  return job;
}
