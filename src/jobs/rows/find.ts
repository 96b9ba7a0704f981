import { sql } from 'kysely';
import { IdempotencyConflictError } from '../../errors.ts';
import type { JobRow } from './row.ts';
import { isAmong } from '../../db/owned-reader.ts';
import { prepared } from '../../db/prepared.ts';
import type { OwnedRows } from '../../db/owned-reader.ts';
import type { Database, DatabaseTransaction } from '../../db/tables.ts';
import { listJobsById } from './list.ts';
import { toUuid } from '../../platform/text.ts';

const byId = { toKey: toUuid, jobOf: ({ id }: { id: string }) => id };

/** For OwnedReaders: jobs by their ids. */
export const jobRows: OwnedRows<JobRow> = { ...byId, list: listJobsById };

/** For OwnedReaders: only what is needed to tell whether a client has the newest version. */
export const jobVersions: OwnedRows<Pick<JobRow, 'id' | 'owner' | 'version'>> = {
  ...byId,
  list: listJobVersions,
};

async function listJobVersions(db: Database, ids: readonly string[]) {
  return db
    .selectFrom('job')
    .select(['id', 'owner', 'version'])
    .where(isAmong(ids))
    .modifyEnd(prepared)
    .execute();
}

/** The job, locked until the transaction ends. */
export async function lockJob(
  trx: DatabaseTransaction,
  jobId: string,
): Promise<JobRow | undefined> {
  return trx
    .selectFrom('job')
    .selectAll()
    .where('id', '=', jobId)
    .forUpdate()
    .modifyEnd(prepared)
    .executeTakeFirst();
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
