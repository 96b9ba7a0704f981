import type { JobRow } from './row.ts';
import { createOwnedReader, isAmong } from '../../db/owned-reader.ts';
import type { OwnedReader } from '../../db/owned-reader.ts';
import type { Database } from '../../db/tables.ts';
import { listJobRows } from './list.ts';
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
      list: (_db, ids) => listJobRows(db, ids),
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
