import { sql } from 'kysely';
import { createBatchedReads } from '../platform/batcher.ts';
import { sees } from './viewer.ts';
import type { Viewer } from './viewer.ts';

/** One row by its id; undefined when there is none, or none for this viewer. */
export type OwnedReader<Row> = (viewer: Viewer, id: string) => Promise<Row | undefined>;

interface Owned {
  id: string;
  owner: string;
}

export interface OwnedReaderOptions<Row> {
  /** An id as the rows have it; undefined for what is no id. */
  toKey: (id: string) => string | undefined;
  list: (ids: readonly string[]) => Promise<readonly Row[]>;
  /** The job that a row is, or that made it. */
  jobOf?: (row: Row) => string;
}

/** Reads single rows, those that are asked for at the same time in one statement. */
export function createOwnedReader<Row extends Owned>(
  options: OwnedReaderOptions<Row>,
): OwnedReader<Row> {
  const { toKey, list, jobOf } = options;
  const read = createBatchedReads(async (ids) => Map.groupBy(await list(ids), ({ id }) => id));
  return async (viewer, id) => {
    const key = toKey(id);
    const rows = key === undefined ? [] : ((await read(key)) ?? []);
    const seen = rows.filter((row) => sees(viewer, { owner: row.owner, jobId: jobOf?.(row) }));
    // Owners may call different videos the same; one's own comes first.
    return seen.find(({ owner }) => owner === viewer.owner) ?? seen[0];
  };
}

/** Whether a row's id is one of these. One parameter however many they are: the statement stays the same. */
export function isAmong(ids: readonly string[]) {
  return sql<boolean>`id = any(${sql.val(ids)}::uuid[])`;
}
