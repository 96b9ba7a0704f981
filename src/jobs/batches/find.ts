import { isAmong } from '../../db/owned-reader.ts';
import type { OwnedRows } from '../../db/owned-reader.ts';
import type { Database } from '../../db/tables.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { toUuid } from '../../platform/text.ts';
import { batchColumns } from './table.ts';
import type { BatchRow } from './table.ts';

/** For OwnedReaders: batches by their ids. No ticket shows them. */
export const batchRows: OwnedRows<BatchRow> = { toKey: toUuid, list: listBatchesById };

/** For OwnedReaders: only what is needed to tell whether a client has the newest version. */
export const batchVersions: OwnedRows<Pick<BatchRow, 'id' | 'owner' | 'version'>> = {
  toKey: toUuid,
  list: (db, ids) =>
    db.selectFrom('batch').select(['id', 'owner', 'version']).where(isAmong(ids)).execute(),
};

/** Batches by their ids, of any owner. */
export async function listBatchesById(db: Database, ids: readonly string[]): Promise<BatchRow[]> {
  return db.selectFrom('batch').select(batchColumns).where(isAmong(ids)).execute();
}

/** Those of these batches that the viewer may see. */
export async function listVisibleBatches(
  db: Database,
  viewer: Viewer,
  ids: readonly string[],
): Promise<BatchRow[]> {
  return db
    .selectFrom('batch')
    .select(batchColumns)
    .where(isAmong(ids))
    .where(isVisibleTo(viewer))
    .execute();
}
