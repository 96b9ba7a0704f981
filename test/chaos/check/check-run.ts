import type { RunRecord, Violation } from '../record.ts';
import { checkAttempts, checkTimes } from './check-attempts.ts';
import { checkCalls } from './check-calls.ts';
import { checkDashboards } from './check-dashboards.ts';
import { checkJobs, checkSubmissions } from './check-jobs.ts';
import { checkProcesses } from './check-processes.ts';
import { checkResults } from './check-results.ts';
import { checkSubscriptions } from './check-subscriptions.ts';

const checks = [
  checkJobs,
  checkSubmissions,
  checkAttempts,
  checkTimes,
  checkResults,
  checkCalls,
  checkSubscriptions,
  checkDashboards,
  checkProcesses,
];

/** Every rule that a run has broken, according to its record. */
export function checkRun(record: RunRecord): Violation[] {
  return checks.flatMap((check) => check(record));
}
