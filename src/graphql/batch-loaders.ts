import DataLoader from 'dataloader';
import { planLargeReads, readLargeColumns } from '../db/large-columns.ts';
import type { LargeColumns, LargeRow } from '../db/large-columns.ts';
import { chunkBySize } from '../platform/chunk-by-size.ts';
import type { Database, Tables } from '../db/tables.ts';

/** Maximum number of rows that one statement reads for several lists; a longer list is read alone. */
export const maxRows = 1_000;

/**
 * Reads the values of a batch chunk by chunk, so that no statement takes long. Each value is available as soon as its chunk is
 * read: DataLoader resolves with promises as it does with values.
 */
export function readInChunks<Key, Value>(
  chunks: readonly (readonly Key[])[],
  read: (chunk: readonly Key[]) => Promise<(key: Key) => Value>,
): Map<Key, Value> {
  const values = new Map<Key, Promise<Value>>();
  let previous: Promise<unknown> = Promise.resolve();
  for (const chunk of chunks) {
    const found = previous.then(() => read(chunk));
    for (const key of chunk)
      values.set(
        key,
        found.then((find) => find(key)),
      );
    previous = found;
  }
  return values as Map<Key, unknown> as Map<Key, Value>;
}

/** Creates a loader of single rows by a unique key. */
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
  /** The string that identifies a key; `keyOf` returns the same for its rows. */
  nameOf: (key: Key) => string;
  keyOf: (row: Row) => string;
  /** Maximum number of rows of one list. */
  maxLength: number;
}

/** Creates a loader of lists of rows, which reads several lists by one statement. */
export function listsByKey<Key, Row>({
  list,
  nameOf,
  keyOf,
  maxLength,
}: ListsOptions<Key, Row>): DataLoader<Key, Row[], string> {
  return new DataLoader(
    async (keys) => {
      const chunks = chunkBySize(keys, () => maxLength, maxRows);
      const lists = readInChunks(chunks, async (chunk) => {
        const byRowKey = Map.groupBy(await list(chunk), keyOf);
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

/** Creates a loader of columns that may be large; it reads only the columns that are requested of each row. */
export function createLargeLoader<Table extends keyof Tables, Column extends string>(
  db: Database,
  large: LargeColumns<Table, Column & keyof LargeRow<Table>>,
): DataLoader<LargeKey<Column & keyof LargeRow<Table>>, LargeRow<Table>, string> {
  return new DataLoader(
    async (keys) => {
      const byId = Map.groupBy(keys, ({ id }) => id);
      const columnsOf = (id: string) => byId.get(id)!.map(({ column }) => column);
      // Usually there is one group: a query selects the same columns of all rows of a list.
      const groups = Map.groupBy(byId.keys(), (id) => columnsOf(id).toSorted().join());
      const plans = [...groups.values()].map((ids) =>
        planLargeReads(db, large, columnsOf(ids[0]!), ids),
      );
      const chunks = (await Promise.all(plans)).flat();
      const rows = readInChunks(chunks, async (ids) => {
        const read = await readLargeColumns(db, large.table, columnsOf(ids[0]!), ids);
        return (id) => read.get(id) ?? {};
      });
      return keys.map(({ id }) => rows.get(id)!);
    },
    { cacheKeyFn: ({ id, column }) => `${column}:${id}` },
  );
}
