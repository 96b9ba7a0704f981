import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** As in `choose_turns` of 0019. */
const otherwise = 'false) as stands_back';
const ifOthersRun = `exists (
              select from job where type = queue.type and job.owner = candidate.owner
                and dispatched_at is not null and state = 'ACTIVE')) as stands_back`;

/**
 * Where none stands back in the queue, a job does so if others of its owner run. Before, the first that was held of jobs that came
 * one by one did not, and went before an owner who had had nothing.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ definition: string }>`
    select pg_get_functiondef('choose_turns'::regproc) as definition`.execute(db);
  const parts = rows[0]!.definition.split(otherwise);
  if (parts.length !== 2) throw new Error('choose_turns is not the one of migration 0019');
  await sql.raw(parts.join(ifOthersRun)).execute(db);
}
