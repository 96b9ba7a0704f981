import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Before an owner's job is stored, those that are not final are counted; the owner may have very many that are. Other
  // indexes depend on `state` already, so that an update of what it is not costs no more than before.
  await sql`create index job_unfinished_of_owner on job (owner)
    where state in ('QUEUED', 'DELAYED', 'ACTIVE')`.execute(db);
}
