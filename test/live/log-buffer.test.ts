import { expect, test } from 'vitest';
import type { JobLogEntry } from '../../src/db/tables.ts';
import { SourceStream } from '../../src/live/source-stream.ts';
import { LogBuffer } from '../../src/live/buffers/log.ts';

function line(sequence: number): JobLogEntry {
  return { sequence } as JobLogEntry;
}

test('a log whose last read fails is read again, and ends', async () => {
  let isAway = false;
  let failures = 0;
  const buffer = new LogBuffer({
    after: 0,
    read: async (after) => {
      if (isAway) {
        isAway = false;
        throw new Error('the database is away');
      }
      return after === 0 ? [line(1)] : [line(2)];
    },
    onChange: () => source.notify(),
    onFailure: () => {
      failures += 1;
    },
    onGivenUp: (error) => source.fail(error),
  });
  const source: SourceStream<JobLogEntry> = new SourceStream(buffer, () => buffer.close());
  buffer.receive(1);
  expect(await source.next()).toEqual({ done: false, value: line(1) });
  isAway = true;
  buffer.finish();
  expect(await source.next()).toEqual({ done: false, value: line(2) });
  expect(await source.next()).toEqual({ done: true, value: undefined });
  expect(failures).toBe(1);
});
