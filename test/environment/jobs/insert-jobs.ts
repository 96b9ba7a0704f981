import { sql } from 'kysely';
import { localSession } from '../../../src/access/identity/session.ts';
import type { Database } from '../../../src/db/tables.ts';

/** The id of the job that is so far behind in its queue, if only `insertWaitingJobs` has filled it; 1 runs next. */
export function waitingId(place: number): string {
  return `019a0000-0000-7000-8000-${place.toString(16).padStart(12, '0')}`;
}

/** Very many QUEUED jobs that no queue knows, in one statement. */
export async function insertWaitingJobs(
  db: Database,
  count: number,
  { type = 'VIDEO_SUMMARIZATION', input = {} }: { type?: string; input?: object } = {},
): Promise<void> {
  await sql`
    insert into job (id, type, state, owner, input, result_id, max_attempts, priority, priority_rank)
    select ('019a0000-0000-7000-8000-' || lpad(to_hex(place), 12, '0'))::uuid, ${type}, 'QUEUED',
      ${localSession.viewer.owner}, ${JSON.stringify(input)}::jsonb, gen_random_uuid(), 3, 'NORMAL', 5
    from generate_series(1, ${sql.lit(count)}) place`.execute(db);
  await sql`analyze job`.execute(db);
}
