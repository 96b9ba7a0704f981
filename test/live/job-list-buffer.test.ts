import { expect, test } from 'vitest';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import { FellBehindError } from '../../src/errors.ts';
import { JobListBuffer } from '../../src/live/buffers/job-list.ts';
import { maxChangedJobs, maxPendingRows } from '../../src/live/buffers/changed-jobs.ts';
import { pageRows } from '../../src/live/buffers/present.ts';
import type { ReadPart } from '../../src/live/buffers/present.ts';
import {
  change,
  createBuffer,
  name,
  openEmpty,
  row,
  takeAll,
} from '../environment/live/job-list-buffer.ts';
import { createGate } from '../environment/model-service/gate.ts';

test('a slow reader is given the newest of each job, in the order in which they changed first', async () => {
  const buffer = await openEmpty();
  for (const [id, version] of [
    ['a', 1],
    ['b', 1],
    ['a', 2],
    ['c', 5],
    ['b', 3],
    ['a', 1],
  ] as const) {
    buffer.add(row(id, version));
  }
  expect(takeAll(buffer)).toEqual(['a2', 'b3', 'c5']);
  expect(buffer.take()).toBeUndefined();
});

test('no version comes twice, and none after a newer one, also when the job is final', async () => {
  const buffer = await openEmpty();
  expect(buffer.add(row('a', 3, 'COMPLETED'))).toBe(true);
  expect(takeAll(buffer)).toEqual(['a3']);
  expect(buffer.add(row('a', 3, 'COMPLETED'))).toBe(false);
  expect(buffer.add(row('a', 2))).toBe(false);
  // It was started over.
  expect(buffer.add(row('a', 4, 'QUEUED'))).toBe(true);
  expect([...buffer.unfinished.keys()]).toEqual(['a']);
});

test('a final version is never replaced by an older one, and what is final is forgotten', async () => {
  const buffer = await openEmpty();
  buffer.add(row('a', 1));
  buffer.add(row('a', 3, 'FAILED'));
  buffer.add(row('a', 2));
  expect(buffer.unfinished.size).toBe(0);
  expect(takeAll(buffer)).toEqual(['a3']);
});

test('what changes while unfinished jobs are read comes after them, and once', async () => {
  const table = new Map<string, JobRow>();
  for (let index = 0; index < pageRows + 50; index += 1) change(table, row(name(index), 1));
  const { buffer, start, nextArrival } = createBuffer(table);
  await start();
  buffer.add(change(table, row(name(0), 2)));
  buffer.add(change(table, row(name(pageRows + 10), 2)));
  buffer.add(change(table, row(name(pageRows + 20), 2, 'COMPLETED')));
  const taken = takeAll(buffer);
  expect(taken.length).toBe(pageRows);
  await nextArrival();
  taken.push(...takeAll(buffer));

  expect(taken.length).toBe(pageRows + 52);
  expect(taken.filter((view) => view.startsWith(name(0)))).toEqual([`${name(0)}2`]);
  // The unfinished ones, newest first, and then what changed.
  expect(taken.slice(0, -2)).toEqual(taken.slice(0, -2).toSorted().toReversed());
  expect(taken.slice(-2)).toEqual([`${name(pageRows + 10)}2`, `${name(pageRows + 20)}2`]);
});

test('of more jobs than it keeps rows of, the rest is read again, the final ones too', async () => {
  const table = new Map<string, JobRow>();
  const { buffer, start, nextArrival } = createBuffer(table);
  await start();
  const count = maxPendingRows + pageRows + 10;
  for (let index = 0; index < count; index += 1) {
    buffer.add(change(table, row(name(index), 2, 'COMPLETED')));
  }
  const taken: string[] = [];
  while (taken.length < count) {
    taken.push(...takeAll(buffer));
    if (taken.length < count) await nextArrival();
  }
  expect(taken).toEqual(Array.from({ length: count }, (_, index) => `${name(index)}2`));
  expect(takeAll(buffer)).toEqual([]);
});

test('a read that fails is tried again', async () => {
  const gate = createGate();
  let reads = 0;
  const buffer = new JobListBuffer({
    includePositions: true,
    matches: () => true,
    readJobs: async () => [],
    onChange: gate.open,
    onFailure: () => {},
    onGivenUp: () => {},
  });
  const readPart: ReadPart = async (before) => {
    reads += 1;
    if (before === undefined)
      return Array.from({ length: pageRows }, (_, index) => row(name(pageRows - index), 1));
    if (reads === 2) throw new Error('the database is away');
    return [row(name(0), 1)];
  };
  const cursors = { before: 'old', after: 'new' };
  await buffer.start({ parts: [readPart], resumes: false, cursors });
  expect(takeAll(buffer).length).toBe(pageRows);
  await gate.wait();
  expect(takeAll(buffer)).toEqual([`${name(0)}1`]);
  expect(reads).toBe(3);
});

test('who wants no places is not sent a version that only a place made, and is sent the next', async () => {
  const buffer = await openEmpty({ includePositions: false });
  const placed = { ...row('a', 2, 'QUEUED'), positionedVersion: 2, positionedFrom: 1 };
  expect(buffer.add(row('a', 1, 'QUEUED'))).toBe(true);
  expect(buffer.add(placed)).toBe(false);
  expect(takeAll(buffer)).toEqual(['a1']);
  expect(buffer.isMissing(placed)).toBe(false);
  expect(buffer.add({ ...placed, version: 3, positionedVersion: 3 })).toBe(false);
  expect(buffer.add({ ...placed, version: 4, state: 'ACTIVE', positionedVersion: 3 })).toBe(true);
  expect(takeAll(buffer)).toEqual(['a4']);
  // More than a place has changed since the version that it has.
  expect(buffer.add({ ...placed, version: 7, positionedVersion: 7, positionedFrom: 6 })).toBe(true);
});

test(`whoever leaves more than ${maxChangedJobs} jobs unread is told that it fell behind`, async () => {
  const buffer = await openEmpty();
  for (let index = 0; index < maxChangedJobs; index += 1) buffer.add(row(name(index), 1));
  // A newer version of one that waits takes no more room.
  buffer.add(row(name(0), 2));
  expect(() => buffer.add(row('one more', 1))).toThrow(FellBehindError);
});
