import { sql } from 'kysely';
import type { JobRow } from './job-row.ts';
import { createOwnedReader } from '../db/owned-reader.ts';
import type { OwnedReader } from '../db/owned-reader.ts';
import type { Database } from '../db/tables.ts';
import { toUuid } from '../platform/text.ts';

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
      list: (_db, ids) => db.selectFrom('job').selectAll().where(isAmong(ids)).execute(),
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

/** One parameter however many ids: the statement stays the same. */
function isAmong(ids: readonly string[]) {
  return sql<boolean>`id = any(${sql.val(ids)}::uuid[])`;
}
