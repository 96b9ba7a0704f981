import { setTimeout as delay } from 'node:timers/promises';
import { readLease } from '../db/leases.ts';
import type { Database } from '../db/tables.ts';
import { leaderLease } from '../queue/leader/claim.ts';
import { ok, wrong } from './finding.ts';
import type { Finding } from './finding.ts';

/** One that stands by takes over in that time. */
const takeoverMs = 2_000;

const check = 'leader';
const advice =
  'Start a process with the role api or all (`node src/main.ts api`); if one runs, its log says "leader not known" or "leading no more", and why.';

/** Whether a process does what need be done once: reads what queues say, hands jobs over, compares rows and queues. */
export async function checkLeader(db: Database): Promise<Finding> {
  const first = await readLease(db, leaderLease);
  if (first.isFree) await delay(takeoverMs);
  const { isFree, holder, term, isBySession } = await readLease(db, leaderLease);
  if (isFree) {
    const before = holder === undefined ? '' : `; the last to lead was ${holder}`;
    return wrong(check, `no process leads: nobody hands jobs to queues${before}`, advice);
  }
  const how = isBySession ? '' : ', by its lease alone: a pooler is in between';
  return ok(check, `${holder} leads (term ${term})${how}; all other API processes stand by`);
}
