import type { ColumnType } from 'kysely';

/** A jsonb column: read as a value, written as JSON text (node-postgres would make an SQL array of an array). */
export type Json<T> = ColumnType<T, string, string>;
/** Set by the database when the row is inserted. */
export type CreatedAt = ColumnType<Date, never, never>;
/** The owner of a result: the database copies it from the job. */
export type JobOwner = ColumnType<string, never, never>;
