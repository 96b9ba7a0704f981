import type { Kysely } from 'kysely';

/** The trace that a job was started in, as W3C's `traceparent`: what runs and delivers it goes on with that. */
export async function up(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable('job').addColumn('trace_context', 'text').execute();
}
