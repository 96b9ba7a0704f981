import { sql } from 'kysely';
import type { JobRow } from '../../../src/jobs/rows/row.ts';
import type { Database } from '../../../src/db/tables.ts';

/** Lets jobs have ended so many days ago. */
export async function endDaysAgo(
  db: Database,
  days: number,
  jobs: readonly Pick<JobRow, 'id'>[],
): Promise<void> {
  const finishedAt = sql<Date>`now() - make_interval(days => ${sql.val(days)}::int)`;
  const ids = jobs.map(({ id }) => id);
  await db
    .updateTable('job')
    .set({ state: 'COMPLETED', finishedAt })
    .where(sql<boolean>`id = any(${sql.val(ids)}::uuid[])`)
    .execute();
}

/** Lets all results of a kind have been saved so many days ago. */
export async function saveDaysAgo(db: Database, table: string, days: number): Promise<void> {
  const createdAt = sql`now() - make_interval(days => ${sql.val(days)}::int)`;
  await sql`update ${sql.table(table)} set created_at = ${createdAt}`.execute(db);
}
