import { sql } from 'kysely';
import type { RawBuilder, Selectable } from 'kysely';
import { chunkBySize } from '../platform/chunk-by-size.ts';
import type { Database, Tables } from './tables.ts';

/** What may be large in the rows of a table, with what says how large it is, as stored, without reading it. */
export interface LargeColumns<Table extends keyof Tables, Column extends string> {
  table: Table;
  sizes: Record<Column, RawBuilder<number>>;
}

/** The large columns of a row, those that were asked for. */
export type LargeRow<Table extends keyof Tables> = Partial<Selectable<Tables[Table]>>;

/** Bytes that one statement reads, unless a single row has more. */
const maxBytes = 1024 * 1024;
/** What a row counts at least, so that a statement does not read too many of them either. */
const leastBytes = 10 * 1024;

/** Parts rows that the viewer has been given already, each part to be read by one statement. */
export async function planLargeReads<Column extends string>(
  db: Database,
  { table, sizes }: LargeColumns<keyof Tables, Column>,
  columns: readonly Column[],
  ids: readonly string[],
): Promise<string[][]> {
  if (ids.length === 1) return [[...ids]];
  const parts = columns.map((column) => sql`coalesce(${sizes[column]}, 0)`);
  const { rows } = await sql<{ id: string; bytes: number }>`
    select id, ${sql.join(parts, sql` + `)} as bytes
    from ${sql.table(table)} where id = any(${sql.val(ids)}::uuid[])`.execute(db);
  const bytes = new Map(rows.map((row) => [row.id, row.bytes]));
  return chunkBySize(ids, (id) => Math.max(bytes.get(id) ?? 0, leastBytes), maxBytes);
}

/** Large columns of rows that the viewer has been given already, by the rows' ids. */
export async function readLargeColumns<Table extends keyof Tables>(
  db: Database,
  table: Table,
  columns: readonly (keyof LargeRow<Table> & string)[],
  ids: readonly string[],
): Promise<Map<string, LargeRow<Table>>> {
  const { rows } = await sql<LargeRow<Table> & { id: string }>`
    select id, ${sql.join(columns.map((column) => sql.ref(column)))}
    from ${sql.table(table)} where id = any(${sql.val(ids)}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}
