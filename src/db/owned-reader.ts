import { createJoinedReads } from './joined.ts';

/** One row by its id; undefined when there is none, or when it is somebody else's. */
export type OwnedReader<Row> = (owner: string, id: string) => Promise<Row | undefined>;

/**
 * Reads single rows, those that are asked for at the same time in one statement: the one place where they are kept from
 * those who do not own them. `toKey` gives an id as the rows have it, or undefined for what is no id.
 */
export function createOwnedReader<Row extends { id: string; owner: string }>(
  toKey: (id: string) => string | undefined,
  list: (ids: readonly string[]) => Promise<readonly Row[]>,
): OwnedReader<Row> {
  const read = createJoinedReads(
    async (ids) => new Map((await list(ids)).map((row) => [row.id, row])),
  );
  return async (owner, id) => {
    const key = toKey(id);
    const row = key === undefined ? undefined : await read(key);
    return row?.owner === owner ? row : undefined;
  };
}
