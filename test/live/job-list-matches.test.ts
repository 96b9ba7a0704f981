import { expect, test } from 'vitest';
import type { JobOutline } from '../../src/jobs/rows/filter.ts';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import type { JobsEvent } from '../../src/live/jobs-event.ts';
import {
  change,
  createBuffer,
  openEmpty,
  row,
  takeAll,
} from '../environment/live/job-list-buffer.ts';

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
