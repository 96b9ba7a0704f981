import DataLoader from 'dataloader';
import { planLargeReads, readLargeColumns } from '../db/large-columns.ts';
import type { LargeColumns, LargeRow } from '../db/large-columns.ts';
import { chunkBySize } from '../platform/chunk-by-size.ts';
import type { Database, Tables } from '../db/tables.ts';

/** Rows of lists that one statement reads; a list that has more is read alone. */
export const maxRows = 1_000;

/**
 * A batch's values when they are read piece by piece, one piece after the other: each value is there as soon as its piece
 * is, so that neither a statement nor the work on its rows takes long. DataLoader hands promises on as it does values.
 */
export function readInChunks<Key, Value>(
  pieces: readonly (readonly Key[])[],
  read: (piece: readonly Key[]) => Promise<(key: Key) => Value>,
): Map<Key, Value> {
  const values = new Map<Key, Promise<Value>>();
  let before: Promise<unknown> = Promise.resolve();
  for (const piece of pieces) {
    const found = before.then(() => read(piece));
    for (const key of piece)
      values.set(
        key,
        found.then((find) => find(key)),
      );
    before = found;
  }
  return values as Map<Key, unknown> as Map<Key, Value>;
}

/** Loads single rows by a key that they have. */
export function byKey<Row>(
  list: (keys: readonly string[]) => Promise<Row[]>,
  keyOf: (row: Row) => string,
): DataLoader<string, Row | undefined> {
  return new DataLoader(async (keys) => {
    const byRowKey = new Map((await list(keys)).map((row) => [keyOf(row), row]));
    return keys.map((key) => byRowKey.get(key));
  });
}

interface ListsOptions<Key, Row> {
  list: (keys: readonly Key[]) => Promise<Row[]>;
  /** What a key and its rows have in common. */
  nameOf: (key: Key) => string;
  keyOf: (row: Row) => string;
  /** Rows that one list has at most. */
  maxLength: number;
}

/** Loads lists of rows, several lists by one statement. */
export function listsByKey<Key, Row>({
  list,
  nameOf,
  keyOf,
  maxLength,
}: ListsOptions<Key, Row>): DataLoader<Key, Row[], string> {
  return new DataLoader(
    async (keys) => {
      const pieces = chunkBySize(keys, () => maxLength, maxRows);
      const lists = readInChunks(pieces, async (piece) => {
        const byRowKey = Map.groupBy(await list(piece), keyOf);
        return (key) => byRowKey.get(nameOf(key)) ?? [];
      });
      return keys.map((key) => lists.get(key)!);
    },
    { cacheKeyFn: nameOf },
  );
}

/** A column that may be large, of the row with this id. */
interface LargeKey<Column extends string> {
  id: string;
  column: Column;
}

/** Loads what may be large of rows, and of each row only the columns that are asked for. */
export function createLargeLoader<Table extends keyof Tables, Column extends string>(
  db: Database,
  large: LargeColumns<Table, Column & keyof LargeRow<Table>>,
): DataLoader<LargeKey<Column & keyof LargeRow<Table>>, LargeRow<Table>, string> {
  return new DataLoader(
    async (keys) => {
      const byId = Map.groupBy(keys, ({ id }) => id);
      const columnsOf = (id: string) => byId.get(id)!.map(({ column }) => column);
      // Mostly one group: all rows of a list are asked for the same.
      const groups = Map.groupBy(byId.keys(), (id) => columnsOf(id).toSorted().join());
      const plans = [...groups.values()].map((ids) =>
        planLargeReads(db, large, columnsOf(ids[0]!), ids),
      );
      const pieces = (await Promise.all(plans)).flat();
      const rows = readInChunks(pieces, async (ids) => {
        const read = await readLargeColumns(db, large.table, columnsOf(ids[0]!), ids);
        return (id) => read.get(id) ?? {};
      });
      return keys.map(({ id }) => rows.get(id)!);
    },
    { cacheKeyFn: ({ id, column }) => `${column}:${id}` },
  );
}
