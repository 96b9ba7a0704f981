import { expect, test } from 'vitest';
import type { JobRow, JobState } from '../../src/jobs/rows/row.ts';
import { FellBehindError } from '../../src/errors.ts';
import type { JobOutline } from '../../src/jobs/rows/filter.ts';
import { JobListBuffer } from '../../src/live/buffers/job-list.ts';
import { maxChangedJobs, maxPendingRows } from '../../src/live/buffers/changed-jobs.ts';
import { pageRows } from '../../src/live/buffers/present.ts';
import type { ReadPart } from '../../src/live/buffers/present.ts';
import type { JobsEvent } from '../../src/live/jobs-event.ts';
import { createGate } from '../environment/model-service/gate.ts';

function row(id: string, version: number, state: JobState = 'ACTIVE'): JobRow {
  return { id, version, state, round: 1 } as JobRow;
}

interface Options {
  includePositions?: boolean;
  resumes?: boolean;
  matches?: (job: JobOutline) => boolean;
}

/** A buffer over rows that the test writes; `idle` resolves when what it has begun to read has arrived. */
function createBuffer(
  table = new Map<string, JobRow>(),
  { includePositions = true, resumes = false, matches = () => true }: Options = {},
) {
  let arrived = Promise.withResolvers<void>();
  const buffer = new JobListBuffer({
    includePositions,
    matches,
    readJobs: async (ids) => ids.flatMap((id) => table.get(id) ?? []),
    onChange: () => {
      arrived.resolve();
      arrived = Promise.withResolvers();
    },
    onFailure: () => {},
    onGivenUp: () => {},
  });
  const readPart =
    (isOfPart: (job: JobRow) => boolean): ReadPart =>
    async (before = '~') =>
      [...table.values()]
        .filter((job) => job.id < before && isOfPart(job))
        .toSorted((a, b) => (a.id < b.id ? 1 : -1))
        .slice(0, pageRows);
  const parts = [readPart(({ state }) => state !== 'COMPLETED')];
  if (resumes) parts.push(readPart(({ state }) => state === 'COMPLETED'));
  const start = () => buffer.start({ parts, resumes, cursors: { before: 'old', after: 'new' } });
  return { buffer, start, nextArrival: () => arrived.promise };
}

/** Writes a new version, as rows change before they are announced. */
function change(table: Map<string, JobRow>, job: JobRow): JobRow {
  table.set(job.id, job);
  return job;
}

function name(index: number): string {
  return `job-${String(index).padStart(6, '0')}`;
}

function takeAll(buffer: JobListBuffer): string[] {
  const taken: string[] = [];
  for (let event = buffer.take(); event; event = buffer.take()) {
    if (event.job) taken.push(`${event.job.id}${event.job.version}`);
  }
  return taken;
}

async function openEmpty(options?: Options): Promise<JobListBuffer> {
  const { buffer, start } = createBuffer(undefined, options);
  await start();
  return buffer;
}

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

test('a job that leaves the filter is taken off the list once, and comes back when it matches again', async () => {
  const buffer = await openEmpty({ matches: ({ state }) => state === 'QUEUED' });
  expect(buffer.add(row('other', 1))).toBe(false);
  buffer.add(row('a', 1, 'QUEUED'));
  expect(takeAll(buffer)).toEqual(['a1']);
  expect(buffer.add(row('a', 2))).toBe(true);
  expect(buffer.take()).toMatchObject({ job: { id: 'a', version: 2 }, matches: false });
  expect(buffer.unfinished.size).toBe(0);
  expect(buffer.add(row('a', 3))).toBe(false);
  expect(buffer.add(row('a', 1, 'QUEUED'))).toBe(false);
  expect(buffer.add(row('a', 4, 'QUEUED'))).toBe(true);
  expect(buffer.take()).toMatchObject({ job: { id: 'a', version: 4 }, matches: true });
});

test('who shows what has ended is told of one that is restarted, also of one from elsewhere', async () => {
  const buffer = await openEmpty({ matches: ({ state }) => state === 'FAILED' });
  expect(takeAll(buffer)).toEqual([]);
  expect(buffer.add({ ...row('a', 7, 'QUEUED'), round: 2 })).toBe(true);
  expect(buffer.take()).toMatchObject({ job: { id: 'a' }, matches: false });
  expect(buffer.add({ ...row('a', 8), round: 2 })).toBe(false);
});

test('who resumes is sent what has ended since, and what matches no more, before the event without a job', async () => {
  const table = new Map<string, JobRow>();
  change(table, row('ended', 4, 'COMPLETED'));
  change(table, row('queued', 2, 'QUEUED'));
  change(table, row('left', 3));
  const matches = ({ state }: JobOutline) => state !== 'ACTIVE';
  const { buffer, start, nextArrival } = createBuffer(table, { resumes: true, matches });
  await start();
  const events: (JobsEvent | undefined)[] = [buffer.take(), buffer.take()];
  await nextArrival();
  events.push(buffer.take(), buffer.take(), buffer.take());
  const told = events.map((event) => event && [event.job?.id, event.matches, event.cursor]);
  // Until all of it is there, it goes on from where it was.
  expect(told).toEqual([
    ['queued', true, 'old'],
    ['left', false, 'old'],
    ['ended', true, 'old'],
    [undefined, true, 'new'],
    undefined,
  ]);
});

test('a cursor is confirmed for who has taken all that came before it', async () => {
  const buffer = await openEmpty();
  expect(takeAll(buffer)).toEqual([]);
  buffer.add(row('a', 1));
  buffer.confirm('later');
  expect(buffer.take()).toMatchObject({ job: { id: 'a' }, cursor: 'new' });
  expect(buffer.take()).toBeUndefined();
  buffer.add(row('b', 1));
  expect(buffer.take()).toMatchObject({ job: { id: 'b' }, cursor: 'later' });
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
