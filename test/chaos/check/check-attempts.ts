import type { JobRow } from '../../../src/jobs/rows/row.ts';
import type { RunRecord, Violation } from '../record.ts';

/** Errors that attempts may have: the model's own failures, and a killed worker, which is not charged. */
const allowedCodes = new Set(['MODEL_UNAVAILABLE', 'MODEL_RATE_LIMITED', 'STALLED']);

/** I16: no attempt is charged for trouble of a server, and no job fails because of it. */
export function checkAttempts({ attempts, jobs, expectedFailures }: RunRecord): Violation[] {
  const failed = jobs.filter(({ state }) => state === 'FAILED');
  const mustFail = new Set(expectedFailures);
  return [
    ...attempts
      .filter(({ code }) => !allowedCodes.has(code))
      .map(({ jobId, number, code }) => ({
        rule: 'no attempt is charged for a fault',
        subject: jobId,
        detail: `attempt ${number}: ${code}`,
      })),
    ...failed
      .filter(({ idempotencyKey }) => !mustFail.has(idempotencyKey ?? ''))
      .map(({ id, error, attempt, maxAttempts }) => ({
        rule: 'only jobs that must fail do',
        subject: id,
        detail: `${error?.code} in attempt ${attempt} of ${maxAttempts}`,
      })),
  ];
}

/** I15: no job begins or expires before its time, by the database's clock. */
export function checkTimes({ jobs }: RunRecord): Violation[] {
  return jobs.flatMap((job) => {
    const rule = findTimeFault(job);
    return rule === undefined ? [] : [{ rule, subject: job.id, detail: describe(job) }];
  });
}

function findTimeFault({ state, runAt, startedAt, expiresAt, finishedAt }: JobRow) {
  if (runAt && startedAt && startedAt < runAt) return 'no job begins before its time';
  if (state === 'EXPIRED' && !(expiresAt && finishedAt && finishedAt >= expiresAt)) {
    return 'no job expires before its time';
  }
  return undefined;
}

function describe({ state, runAt, startedAt, expiresAt, finishedAt }: JobRow): string {
  const times = { runAt, startedAt, expiresAt, finishedAt };
  return `${state} ${JSON.stringify(times)}`;
}
