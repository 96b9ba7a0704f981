import { expect, test } from 'vitest';
import type { JobLogEntry } from '../../src/db/tables.ts';
import { Feed } from '../../src/live/source-stream.ts';
import { LogWindow } from '../../src/live/buffers/log.ts';

function line(sequence: number): JobLogEntry {
  return { sequence } as JobLogEntry;
}

test('a log whose last read fails is read again, and ends', async () => {
  let isAway = false;
  let failures = 0;
  const slot = new LogWindow({
    after: 0,
    read: async (after) => {
      if (isAway) {
        isAway = false;
        throw new Error('the database is away');
      }
      return after === 0 ? [line(1)] : [line(2)];
    },
    onChange: () => feed.notify(),
    onFailure: () => {
      failures += 1;
    },
    onGivenUp: (error) => feed.fail(error),
  });
  const feed: Feed<JobLogEntry> = new Feed(slot, () => slot.close());
  slot.receive(1);
  expect(await feed.next()).toEqual({ done: false, value: line(1) });
  isAway = true;
  slot.finish();
  expect(await feed.next()).toEqual({ done: false, value: line(2) });
  expect(await feed.next()).toEqual({ done: true, value: undefined });
  expect(failures).toBe(1);
});
