import { expect, test } from 'vitest';
import type { JobRow, JobState } from '../src/db/job-row.ts';
import { FellBehindError } from '../src/errors.ts';
import { LatestJobs, maxWaitingJobs } from '../src/live/latest-jobs.ts';

function row(id: string, version: number, state: JobState = 'ACTIVE'): JobRow {
  return { id, version, state } as JobRow;
}

function takeAll(slot: LatestJobs): string[] {
  const taken: string[] = [];
  for (let job = slot.take(); job; job = slot.take()) taken.push(`${job.id}${job.version}`);
  return taken;
}

test('a slow reader is given the newest of each job, in the order in which they changed first', () => {
  const slot = new LatestJobs();
  for (const [id, version] of [
    ['a', 1],
    ['b', 1],
    ['a', 2],
    ['c', 5],
    ['b', 3],
    ['a', 1],
  ] as const) {
    slot.offer(row(id, version));
  }
  expect(takeAll(slot)).toEqual(['a2', 'b3', 'c5']);
  expect(slot.take()).toBeUndefined();
});

test('no version comes twice, and none after a newer one, also when the job is final', () => {
  const slot = new LatestJobs();
  expect(slot.offer(row('a', 3, 'COMPLETED'))).toBe(true);
  expect(takeAll(slot)).toEqual(['a3']);
  expect(slot.offer(row('a', 3, 'COMPLETED'))).toBe(false);
  expect(slot.offer(row('a', 2))).toBe(false);
  // It was started over.
  expect(slot.offer(row('a', 4, 'QUEUED'))).toBe(true);
  expect([...slot.unfinished.keys()]).toEqual(['a']);
});

test('a final version is never replaced by an older one, and what is final is forgotten', () => {
  const slot = new LatestJobs();
  slot.offer(row('a', 1));
  slot.offer(row('a', 3, 'FAILED'));
  slot.offer(row('a', 2));
  expect(slot.unfinished.size).toBe(0);
  expect(takeAll(slot)).toEqual(['a3']);
});

test(`whoever leaves more than ${maxWaitingJobs} jobs unread is told that it fell behind`, () => {
  const slot = new LatestJobs();
  for (let index = 0; index < maxWaitingJobs; index += 1) slot.offer(row(`job-${index}`, 1));
  // A newer version of one that waits takes no more room.
  slot.offer(row('job-0', 2));
  expect(() => slot.offer(row('one more', 1))).toThrow(FellBehindError);
});
