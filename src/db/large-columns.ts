import { sql } from 'kysely';
import type { RawBuilder, Selectable } from 'kysely';
import { chunkBySize } from '../platform/chunk-by-size.ts';
import { isAmong } from './owned-reader.ts';
import type { Database, Tables } from './tables.ts';

/** The columns of a table that may be large, each with an expression for its stored size that does not read it. */
export interface LargeColumns<Table extends keyof Tables, Column extends string> {
  table: Table;
  sizes: Record<Column, RawBuilder<number>>;
}

/** The large columns of a row that were asked for. */
export type LargeRow<Table extends keyof Tables> = Partial<Selectable<Tables[Table]>>;

/** Bytes that one statement reads at most, unless a single row has more. */
const maxBytes = 1024 * 1024;
/** The least size that a row is counted with, which also limits the rows of one statement. */
const minRowBytes = 10 * 1024;

/** Splits rows into chunks that are each read by one statement. Access to the rows must have been checked before. */
export async function planLargeReads<Column extends string>(
  db: Database,
  { table, sizes }: LargeColumns<keyof Tables, Column>,
  columns: readonly Column[],
  ids: readonly string[],
): Promise<string[][]> {
  if (ids.length === 1) return [[...ids]];
  const columnSizes = columns.map((column) => sql`coalesce(${sizes[column]}, 0)`);
  const { rows } = await sql<{ id: string; bytes: number }>`
    select id, ${sql.join(columnSizes, sql` + `)} as bytes
    from ${sql.table(table)} where ${isAmong(ids)}`.execute(db);
  const bytes = new Map(rows.map((row) => [row.id, row.bytes]));
  return chunkBySize(ids, (id) => Math.max(bytes.get(id) ?? 0, minRowBytes), maxBytes);
}

/** Large columns of rows, by the rows' ids. Access to the rows must have been checked before. */
export async function readLargeColumns<Table extends keyof Tables>(
  db: Database,
  table: Table,
  columns: readonly (keyof LargeRow<Table> & string)[],
  ids: readonly string[],
): Promise<Map<string, LargeRow<Table>>> {
  const { rows } = await sql<LargeRow<Table> & { id: string }>`
    select id, ${sql.join(columns.map((column) => sql.ref(column)))}
    from ${sql.table(table)} where ${isAmong(ids)}`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}
