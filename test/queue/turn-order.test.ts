import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { entryPriority, priorityRanks } from '../../src/jobs/rows/row.ts';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import type { TurnOptions } from '../../src/queue/turns.ts';
import { recordWorkers } from '../../src/queue/workers.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import {
  endJobs,
  expectedDurationMs,
  openTurnQueue,
  startJobs,
} from '../environment/jobs/turn-queue.ts';
import { useTestStack } from '../environment/app/open-stack.ts';

expectNoLeaks();

/** Without workers, a queue is given so many jobs. */
const room = 10;

const stack = useTestStack('external');
const openQueue = (options: Partial<TurnOptions> = {}) => openTurnQueue(stack.db, options);
const end = (jobs: readonly JobRow[], ranMs = expectedDurationMs) => endJobs(stack.db, jobs, ranMs);

const ownersOf = (jobs: readonly JobRow[]) => jobs.map(({ owner }) => owner).join('');
const idsOf = (jobs: readonly { id: string }[]) => jobs.map(({ id }) => id);

test('a queue is given no more than its workers take soon, and more as places become free', async () => {
  const { type, insert, take } = openQueue();
  const jobs = await insert('a', 30);
  const first = await take();
  expect(idsOf(first)).toEqual(idsOf(jobs.slice(0, room)));
  expect(await take()).toEqual([]);
  await end(first.slice(0, 3));
  expect(idsOf(await take())).toEqual(idsOf(jobs.slice(room, room + 3)));
  const worker = {
    queue: type.toLowerCase().replaceAll('_', '-'),
    name: 'w',
    host: 'h',
    busy: 0,
  };
  await recordWorkers(stack.db, [{ ...worker, id: uuidv7(), concurrency: 4 }]);
  expect(await take()).toEqual([]);
  await recordWorkers(stack.db, [{ ...worker, id: uuidv7(), concurrency: 3 }]);
  expect(await take()).toHaveLength(2 * 7 - room);
});

test('the rate of a queue is a bound of what its workers take soon', async () => {
  const { type, insert, take } = openQueue({ ratePerMinute: 8 });
  await insert('a', 30);
  const queue = type.toLowerCase().replaceAll('_', '-');
  const worker = { id: uuidv7(), queue, name: 'w', host: 'h', busy: 0, concurrency: 50 };
  await recordWorkers(stack.db, [worker]);
  expect(await take()).toHaveLength(2 * 8);
});

test('who has had least goes first, and an owner who comes later does not wait for a backlog', async () => {
  const { insert, take } = openQueue();
  await insert('a', 40);
  const first = await take();
  expect(ownersOf(first)).toBe('a'.repeat(room));
  await insert('b', 40);
  await end(first);
  // B begins at the queue's present, where A is.
  const second = await take();
  expect(ownersOf(second)).toBe('ab'.repeat(room / 2));
});

test('a job stands back while others of its owner run, and who has had nothing goes before it', async () => {
  const { insert, take } = openQueue();
  // One by one, so that none of them is held when the next is taken.
  for (let running = 0; running < 2; running += 1) {
    await insert('a', 1);
    await startJobs(stack.db, await take());
  }
  await insert('a', 1);
  const held = await take();
  await insert('b', 1);
  const [ofB] = await take();
  expect(held.map(entryPriority)).toEqual([priorityRanks.NORMAL + 1]);
  expect(entryPriority(ofB!)).toBe(priorityRanks.NORMAL);
});

test('who comes back after a pause has no credit from it', async () => {
  const { insert, take } = openQueue();
  await insert('a', 100);
  await insert('b', 5);
  for (let round = 0; round < 6; round += 1) await end(await take());
  await insert('b', 40);
  const next = await take();
  expect(next.filter(({ owner }) => owner === 'b').length).toBeLessThanOrEqual(room / 2 + 1);
});

test.each([
  ['is set', { ownerWeights: { a: 3 } }, {}],
  ['came with the jobs', {}, { ownerWeight: 3 }],
  ['is set, whatever came with the jobs', { ownerWeights: { a: 3 } }, { ownerWeight: 0.5 }],
])('an owner has more of the time by the weight that %s', async (_where, options, columns) => {
  const { insert, take } = openQueue(options);
  await insert('a', 100, 'NORMAL', columns);
  await insert('b', 100);
  const taken: JobRow[] = [];
  for (let round = 0; round < 8; round += 1) {
    const jobs = await take();
    taken.push(...jobs);
    await end(jobs);
  }
  expect(taken.filter(({ owner }) => owner === 'a')).toHaveLength(60);
});

test('an owner whose jobs take longer has as much time, and not as many jobs', async () => {
  const { insert, take } = openQueue();
  await insert('a', 200);
  await insert('b', 200);
  let [ofA, ofB] = [0, 0];
  for (let round = 0; round < 15; round += 1) {
    const jobs = await take();
    const long = jobs.filter(({ owner }) => owner === 'a');
    const short = jobs.filter(({ owner }) => owner === 'b');
    if (long.length > 0) await end(long, 4_000);
    if (short.length > 0) await end(short, 1_000);
    ofA += long.length * 4;
    ofB += short.length;
  }
  expect(ofA / ofB).toBeGreaterThan(0.8);
  expect(ofA / ofB).toBeLessThan(1.25);
});

test('priorities go first, within an owner and between owners', async () => {
  const { insert, take } = openQueue();
  const low = await insert('a', 2, 'LOW');
  const normal = await insert('a', 2);
  const ofB = await insert('b', 2, 'LOW');
  const high = await insert('a', 2, 'HIGH');
  const ids = idsOf(await take());
  expect(ids.slice(0, 4)).toEqual(idsOf([...high, ...normal]));
  expect(ids.slice(4)).toEqual(idsOf([...ofB, ...low]));
});

test('of ten starts, one belongs to what has waited long behind more urgent jobs', async () => {
  const { insert, take } = openQueue();
  await insert('a', 100, 'HIGH');
  const createdAt = sql`now() - interval '11 minutes'`;
  const [old] = await insert('b', 3, 'LOW', { createdAt });
  await insert('b', 3, 'LOW');
  const first = await take();
  expect(idsOf(first)[0]).toBe(old!.id);
  expect(first.filter(({ priority }) => priority === 'LOW')).toHaveLength(1);
  await end(first);
  const second = await take();
  expect(second.filter(({ priority }) => priority === 'LOW')).toHaveLength(1);
});

test('more urgent jobs find room in a queue that is full of others, and what these hold back is lifted', async () => {
  const { insert, take } = openQueue();
  const createdAt = sql`now() - interval '11 minutes'`;
  const low = await insert('a', 30, 'LOW', { createdAt });
  expect(await take()).toHaveLength(room);
  expect(await take()).toEqual([]);
  await insert('b', 30, 'HIGH');
  const next = await take();
  expect(next.filter(({ priority }) => priority === 'HIGH')).toHaveLength(room);
  const lifted = next.filter(({ liftedAt }) => liftedAt);
  expect(idsOf(lifted)).toEqual([low[0]!.id]);
  expect(entryPriority(lifted[0]!)).toBe(priorityRanks.HIGH);
  expect(await take()).toEqual([]);
});

test('no owner has more in a queue than the bound, and others go on', async () => {
  const { insert, take } = openQueue({ perOwner: 2 });
  await insert('a', 20);
  await insert('b', 20, 'LOW');
  const first = await take();
  expect(ownersOf(first)).toBe('aabb');
  await end(first.slice(0, 1));
  expect(ownersOf(await take())).toBe('a');
});

test('any number take turns at once: each job is taken once, and never more than there is room for', async () => {
  const { insert, take } = openQueue();
  for (const owner of 'abcdefgh') await insert(owner, 10);
  const taken = (await Promise.all(Array.from({ length: 8 }, take))).flat();
  expect(new Set(idsOf(taken)).size).toBe(room);
  expect(taken).toHaveLength(room);
  expect(
    taken
      .map(({ owner }) => owner)
      .toSorted()
      .join(''),
  ).toMatch(/^a+b+c+d+e+f+g+h+$/);
});
