import type { JobRow } from '../../../src/jobs/rows/row.ts';
import type { RunRecord, Violation } from '../record.ts';

/** What an attempt of a run may fail of: the model's own failures, and a worker that was killed, which is not charged. */
const explained = new Set(['MODEL_UNAVAILABLE', 'MODEL_RATE_LIMITED', 'STALLED']);

/** I16: trouble of a server is no job's: no attempt is charged for it, and no job fails that was not at fault. */
export function checkAttempts({ attempts, jobs, atFault }: RunRecord): Violation[] {
  const failed = jobs.filter(({ state }) => state === 'FAILED');
  const blamed = new Set(atFault);
  return [
    ...attempts
      .filter(({ code }) => !explained.has(code))
      .map(({ jobId, number, code }) => ({
        rule: 'no attempt is charged for a fault',
        subject: jobId,
        detail: `attempt ${number}: ${code}`,
      })),
    ...failed
      .filter(({ idempotencyKey }) => !blamed.has(idempotencyKey ?? ''))
      .map(({ id, error, attempt, maxAttempts }) => ({
        rule: 'no job fails that was not at fault',
        subject: id,
        detail: `${error?.code} in attempt ${attempt} of ${maxAttempts}`,
      })),
  ];
}

/** I15: no job begins before its time or is given up before its time, by the clock that wrote both. */
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
