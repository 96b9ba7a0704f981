import { sql } from 'kysely';
import type { Database } from '../../db/tables.ts';
import { ok, warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';

const check = 'reconciler';
const advice =
  'Start a process with the role api or all (`node src/main.ts api`); if one runs, its log says "run failed" and why.';

/** Whether somebody compares rows and queues; every process with the API does, one at a time. */
export async function checkReconciler(db: Database, intervalMs: number): Promise<Finding> {
  const { rows } = await sql<{ holder: string; left: number }>`
    select holder, extract(epoch from expires_at - now())::float8 as left
    from lease where name = 'reconciler'`.execute(db);
  const [lease] = rows;
  if (!lease) return wrong(check, 'no process compares rows and queues', advice);
  const { holder, left } = lease;
  if (left > 0) return ok(check, `${holder} compares rows and queues`);
  const seconds = Math.round(-left);
  const seen = `the last to compare rows and queues, ${holder}, has said nothing for ${seconds} s longer than allowed`;
  // Another takes over within an interval, if there is one.
  return -left * 1_000 <= 2 * intervalMs
    ? warning(check, seen, advice)
    : wrong(check, seen, advice);
}
