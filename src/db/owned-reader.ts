import { sql } from 'kysely';
import { createBatchedReads } from '../platform/batcher.ts';
import type { Database } from './tables.ts';
import { canSee } from './viewer.ts';
import type { Viewer } from './viewer.ts';

type OwnedReader<Row> = (viewer: Viewer, id: string) => Promise<Row | undefined>;

interface Owned {
  id: string;
  owner: string;
}

/** How rows of one table are read by their ids. */
export interface OwnedRows<Row extends Owned> {
  /** The id as it is stored; undefined if it cannot be an id. */
  toKey: (id: string) => string | undefined;
  list: (db: Database, ids: readonly string[]) => Promise<readonly Row[]>;
  /** The id of the job that the row is, or that made it. */
  jobOf?: (row: Row) => string;
}

/** Finds single rows that a viewer may see. Rows of one table that are asked for at the same time are read together. */
export interface OwnedReaders {
  db: Database;
  /** Undefined if there is no row with this id that the viewer may see. */
  find: <Row extends Owned>(
    rows: OwnedRows<Row>,
    viewer: Viewer,
    id: string,
  ) => Promise<Row | undefined>;
}

export function createOwnedReaders(db: Database): OwnedReaders {
  const readers = new Map<unknown, unknown>();
  return {
    db,
    find: <Row extends Owned>(rows: OwnedRows<Row>, viewer: Viewer, id: string) => {
      const read =
        (readers.get(rows) as OwnedReader<Row> | undefined) ?? createOwnedReader(db, rows);
      readers.set(rows, read);
      return read(viewer, id);
    },
  };
}

function createOwnedReader<Row extends Owned>(
  db: Database,
  { toKey, list, jobOf }: OwnedRows<Row>,
): OwnedReader<Row> {
  const read = createBatchedReads(async (ids) => Map.groupBy(await list(db, ids), ({ id }) => id));
  return async (viewer, id) => {
    const key = toKey(id);
    const rows = key === undefined ? [] : ((await read(key)) ?? []);
    const seen = rows.filter((row) => canSee(viewer, { owner: row.owner, jobId: jobOf?.(row) }));
    // Owners may call different videos the same; one's own comes first.
    return seen.find(({ owner }) => owner === viewer.owner) ?? seen[0];
  };
}

/** Whether a row's id is one of these. All ids are one parameter, so that the statement is always the same. */
export function isAmong(ids: readonly string[], column = 'id') {
  return sql<boolean>`${sql.ref(column)} = any(${sql.val(ids)}::uuid[])`;
}
