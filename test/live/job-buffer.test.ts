import { expect, test, vi } from 'vitest';
import type { JobRow, JobState } from '../../src/jobs/rows/row.ts';
import { SourceStream } from '../../src/live/source-stream.ts';
import { JobBuffer } from '../../src/live/buffers/job.ts';
import { createSeededRandom } from '../environment/seeded-random.ts';

/** `5` is version 5, `5!` is a final one. */
type Message = `${number}` | `${number}!`;

function toRow(message: Message): JobRow {
  const state: JobState = message.endsWith('!') ? 'COMPLETED' : 'ACTIVE';
  return { version: Number.parseInt(message, 10), state } as JobRow;
}

/** A subscriber's buffer and source, put together as those who watch do it. */
function createLatestJob(onClose: () => void) {
  const buffer = new JobBuffer();
  const source = new SourceStream(buffer, onClose);
  return {
    add: (job: JobRow) => {
      if (buffer.add(job)) source.notify();
    },
    iterate: (snapshot: JobRow, after: number | undefined) => {
      buffer.start(snapshot, after);
      if (buffer.isExhausted) source.close();
      return source;
    },
    close: () => source.close(),
  };
}

interface Case {
  what: string;
  /** Before the row was read. */
  early?: Message[];
  snapshot: Message;
  after?: number;
  /** Each after everything before it has been read. */
  late?: Message[];
  seen: number[];
}

test.each<Case>([
  { what: 'the row as it was read', snapshot: '1', late: ['2!'], seen: [1, 2] },
  { what: 'a final row, and the end', snapshot: '7!', seen: [7] },
  {
    what: 'a message that is newer than the row',
    early: ['3'],
    snapshot: '2',
    late: ['4!'],
    seen: [3, 4],
  },
  { what: 'a final message that is newer than the row', early: ['3!'], snapshot: '2', seen: [3] },
  { what: 'the row, not a message that is older', early: ['1'], snapshot: '2!', seen: [2] },
  {
    what: 'a message once, that comes twice',
    snapshot: '1',
    late: ['2', '2', '3!', '3!'],
    seen: [1, 2, 3],
  },
  {
    what: 'no message that is older than one before',
    snapshot: '1',
    late: ['4', '2', '3', '5!'],
    seen: [1, 4, 5],
  },
  {
    what: 'only the newest of messages in reverse order',
    early: ['4!', '3', '2', '1'],
    snapshot: '1',
    seen: [4],
  },
  { what: 'nothing after the final version', snapshot: '1', late: ['3!', '4', '2'], seen: [1, 3] },
  {
    what: 'what is above the version that the client has',
    snapshot: '3',
    after: 3,
    late: ['4!'],
    seen: [4],
  },
  { what: 'nothing when the client has the final version', snapshot: '3!', after: 3, seen: [] },
  {
    what: 'nothing when the client has the final version that came before the row',
    early: ['3!'],
    snapshot: '2',
    after: 3,
    seen: [],
  },
  {
    what: 'the row when the client says a version that nobody gave out',
    snapshot: '3!',
    after: 9,
    seen: [3],
  },
  { what: 'the row when the client has version 0', snapshot: '1!', after: 0, seen: [1] },
])('a subscriber is given $what', async ({ early = [], snapshot, after, late = [], seen }) => {
  const onClose = vi.fn<() => void>();
  const latest = createLatestJob(onClose);
  for (const message of early) latest.add(toRow(message));
  const rows = latest.iterate(toRow(snapshot), after);
  const given: number[] = [];
  const reading = (async () => {
    for await (const row of rows) given.push(row.version);
  })();
  for (const message of late) {
    await letReadersRun();
    latest.add(toRow(message));
  }
  await reading;
  expect(given).toEqual(seen);
  expect(onClose).toHaveBeenCalledTimes(1);
});

test('a reader that waits is released when the subscription is closed or returned', async () => {
  for (const end of ['close', 'return'] as const) {
    const onClose = vi.fn<() => void>();
    const latest = createLatestJob(onClose);
    const rows = latest.iterate(toRow('1'), 1);
    const waiting = rows.next();
    if (end === 'close') latest.close();
    else await rows.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    latest.add(toRow('2'));
    expect(await rows.next()).toEqual({ done: true, value: undefined });
    expect(onClose).toHaveBeenCalledTimes(1);
  }
});

test('a slow reader costs one buffer, and gets the newest', async () => {
  const latest = createLatestJob(() => {});
  const rows = latest.iterate(toRow('1'), undefined);
  for (let version = 2; version <= 5_000; version += 1) latest.add(toRow(`${version}`));
  latest.add(toRow('5001!'));
  expect((await Array.fromAsync(rows)).map((row) => row.version)).toEqual([5_001]);
});

const offers = 10_000;

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  `of ${offers} messages, lost, twice and in any order, versions only grow and the last is final (seed %i)`,
  async (seed) => {
    const random = createSeededRandom(seed);
    const versions = 1 + random.below(offers);
    const final: Message = `${versions}!`;
    const messages = Array.from({ length: offers }, (): Message => {
      const version = 1 + random.below(versions);
      return version === versions ? final : `${version}`;
    });
    messages.splice(random.below(offers), 0, final);

    const latest = createLatestJob(() => {});
    const unread = random.below(100);
    for (const message of messages.slice(0, unread)) latest.add(toRow(message));
    const rows = latest.iterate(toRow(random.pick(messages)), undefined);
    const given: JobRow[] = [];
    const reading = (async () => {
      for await (const row of rows) given.push(row);
    })();
    for (const message of messages.slice(unread)) {
      if (random.below(3) === 0) await letReadersRun();
      latest.add(toRow(message));
    }
    await reading;
    const seen = given.map((row) => row.version);
    expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
    expect(given.at(-1)).toEqual(toRow(final));
  },
);

/** A reader that waits takes a row within microtasks, all of which come before the next macrotask. */
function letReadersRun(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  return promise;
}
