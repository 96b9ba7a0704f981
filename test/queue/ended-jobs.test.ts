import { expect, test } from 'vitest';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import type { JobErrorCode } from '../../src/errors.ts';
import { logEndedJobs } from '../../src/queue/ended-jobs.ts';

type End = Pick<JobRow, 'state'> & { code?: JobErrorCode };

/** The lines of a row: level, text, fields. */
function logOf({ state, code }: End): unknown[] {
  const lines: unknown[] = [];
  const toLog = (level: string) => (fields: object, text: string) =>
    void lines.push([level, text, fields]);
  const logger = { info: toLog('info'), warn: toLog('warn'), error: toLog('error') };
  const error = code ? { code, message: 'Secret.', retryable: false, attempt: 2 } : null;
  const job = { id: 'job-1', type: 'CLAIM_EXTRACTION', attempt: 2, state, error } as JobRow;
  logEndedJobs(logger as never, [job]);
  return lines;
}

test.each<[end: End, level: string, text: string]>([
  [{ state: 'COMPLETED' }, 'info', 'job completed'],
  [{ state: 'FAILED', code: 'INVALID_INPUT' }, 'warn', 'job failed'],
  [{ state: 'FAILED', code: 'MODEL_REJECTED' }, 'error', 'job failed'],
  [{ state: 'FAILED', code: 'DEADLINE_EXCEEDED' }, 'error', 'job failed'],
  [{ state: 'FAILED', code: 'STALLED' }, 'error', 'job failed'],
  [{ state: 'CANCELED', code: 'PREDECESSOR_FAILED' }, 'info', 'job canceled'],
  [{ state: 'CANCELED' }, 'info', 'job canceled'],
  [{ state: 'EXPIRED' }, 'info', 'job expired'],
])('%o is logged once, at %s', (end, level, text) => {
  const fields = { queue: 'claim-extraction', jobId: 'job-1', type: 'CLAIM_EXTRACTION' };
  expect(logOf(end)).toEqual([[level, text, { ...fields, code: end.code, attempts: 2 }]]);
});

test.each(['QUEUED', 'DELAYED', 'ACTIVE'] as const)(
  'a job that is %s has no such line',
  (state) => {
    expect(logOf({ state })).toEqual([]);
  },
);
