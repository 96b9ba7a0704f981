import { expect, test } from 'vitest';
import { toFoveaJobStatus } from '../src/fovea-job-status.ts';
import type { Job } from '../src/index.ts';

const job = {
  id: 'a',
  state: 'ACTIVE',
  progress: 40,
  stage: 'Reading frames',
  startedAt: '2026-11-29T12:00:00.000Z',
  completedAt: null,
  error: null,
} as Job;

test('a job that runs', () => {
  expect(toFoveaJobStatus(job)).toEqual({
    id: 'a',
    state: 'active',
    progress: { percent: 40, stage: 'Reading frames' },
    returnvalue: null,
    failedReason: null,
    processedOn: Date.UTC(2026, 10, 29, 12),
    finishedOn: null,
  });
});

test('a job that has a result', () => {
  const done = { ...job, state: 'COMPLETED', completedAt: '2026-11-29T12:01:00.000Z' } as const;
  expect(toFoveaJobStatus(done, { text: 'Harbour' })).toMatchObject({
    state: 'completed',
    returnvalue: { text: 'Harbour' },
    failedReason: null,
    finishedOn: Date.UTC(2026, 10, 29, 12, 1),
  });
});

test.each(['FAILED', 'CANCELED', 'EXPIRED'] as const)('%s has failed, with a reason', (state) => {
  const status = toFoveaJobStatus({ ...job, state });
  expect(status.state).toBe('failed');
  expect(status.failedReason).toMatch(/\w/);
});

test('what waits does so by its state', () => {
  expect(toFoveaJobStatus({ ...job, state: 'QUEUED' }).state).toBe('waiting');
  expect(toFoveaJobStatus({ ...job, state: 'DELAYED' }).state).toBe('delayed');
});
