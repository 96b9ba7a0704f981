import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { ConflictError, NotFoundError } from '../errors.ts';
import { isAmong } from '../db/owned-reader.ts';
import type { Database, DatabaseTransaction, Tables } from '../db/tables.ts';
import type { JobResult, SubjectName } from '../jobs/define-job.ts';
import { isUnfinishedJob } from '../jobs/rows/states.ts';
import { jobDefinitions } from './index.ts';
import { aboutPersona, aboutVideos } from './summary/jobs-about.ts';

/** A video or persona by the id that the inputs of jobs have. */
export interface SubjectKey {
  kind: SubjectName;
  owner: string;
  id: string;
}

/** How many results of one type were deleted. */
export interface DeletedResults {
  type: string;
  count: number;
}

type IdsByTable = Map<keyof Tables, string[]>;

/**
 * Deletes a video or persona with all results that were made of it, and returns how many; its jobs stay. Throws ConflictError
 * while an unfinished job works on it, and NotFoundError if it is not there any more.
 */
export async function deleteSubject(db: Database, subject: SubjectKey): Promise<DeletedResults[]> {
  const { kind, owner, id } = subject;
  return db.transaction().execute(async (trx) => {
    // Whoever stores a job that names it, or results of it, locks that as well: from now on there are no more of them.
    const { rows } = await sql`
      select from ${sql.table(kind)} where owner = ${owner} and id = ${id} for update`.execute(trx);
    if (rows.length === 0) throw new NotFoundError(kind, id, ['id']);
    const ids: IdsByTable = new Map();
    for (const { result } of jobDefinitions) {
      if (!ids.has(result.table))
        ids.set(result.table, await lockResults(trx, subject, result, ids));
    }
    await assertUnused(trx, subject);
    // Results that are made of others come first.
    for (const [table, found] of [...ids].toReversed()) {
      await sql`delete from ${sql.table(table)} where ${isAmong(found)}`.execute(trx);
    }
    await sql`delete from ${sql.table(kind)} where owner = ${owner} and id = ${id}`.execute(trx);
    return listDeleted(ids);
  });
}

/** The results of one kind that are about it, or made of results that are. */
async function lockResults(
  trx: DatabaseTransaction,
  { kind, owner, id }: SubjectKey,
  { table, about = [], madeOf }: JobResult,
  ids: IdsByTable,
): Promise<string[]> {
  const conditions: RawBuilder<boolean>[] = [];
  if (about.includes(kind))
    conditions.push(sql`(owner = ${owner} and ${sql.ref(`${kind}Id`)} = ${id})`);
  const sources = (madeOf && ids.get(madeOf.result)) ?? [];
  if (madeOf && sources.length > 0) {
    const isMadeOf = isAmong(sources, `made.${madeOf.column}`);
    const made = sql`select ${sql.ref(madeOf.of ?? 'id')} from ${sql.table(madeOf.table)} made where ${isMadeOf}`;
    conditions.push(sql`id in (${made})`);
  }
  if (conditions.length === 0) return [];
  try {
    // Without waiting for anybody, as others may wait for the subject that is locked.
    const { rows } = await sql<{ id: string }>`
      select id from ${sql.table(table)} where ${sql.join(conditions, sql` or `)}
      for update nowait`.execute(trx);
    return rows.map((row) => row.id);
  } catch (error) {
    if (!isLocked(error)) throw error;
    throw new ConflictError('Something is being made of it just now. Try again in a moment.');
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}

async function assertUnused(
  trx: DatabaseTransaction,
  { kind, owner, id }: SubjectKey,
): Promise<void> {
  const { condition } = kind === 'video' ? aboutVideos([{ id }]) : aboutPersona(id);
  const { rows } = await sql<{ id: string; type: string }>`
    select id, type from job
    where owner = ${owner} and ${isUnfinishedJob} and ${condition}
    order by id limit 1`.execute(trx);
  const [job] = rows;
  if (!job) return;
  throw new ConflictError(
    `The ${job.type} job ${job.id} works on it. Cancel that job, or wait until it has ended.`,
  );
}

function listDeleted(ids: IdsByTable): DeletedResults[] {
  const types = new Map(jobDefinitions.map(({ result }) => [result.table, result.type]));
  return [...ids].flatMap(([table, { length: count }]) =>
    count > 0 ? { type: types.get(table)!, count } : [],
  );
}
