import type { RunRecord, Violation } from '../record.ts';
import { checkCalls } from './check-calls.ts';
import { checkJobs, checkSubmissions } from './check-jobs.ts';
import { checkProcesses } from './check-processes.ts';
import { checkResults } from './check-results.ts';
import { checkSubscriptions } from './check-subscriptions.ts';

const checks = [
  checkJobs,
  checkSubmissions,
  checkResults,
  checkCalls,
  checkSubscriptions,
  checkProcesses,
];

/** Everything that is broken in a record of a run; nothing of it depends on when, where or how the run was made. */
export function checkRun(record: RunRecord): Violation[] {
  return checks.flatMap((check) => check(record));
}
