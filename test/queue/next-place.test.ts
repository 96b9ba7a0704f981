import { expect, test } from 'vitest';
import { entryPriority } from '../../src/jobs/rows/row.ts';
import type { JobRow } from '../../src/jobs/rows/row.ts';
import type { TurnOptions } from '../../src/queue/turns.ts';
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

const start = (jobs: readonly JobRow[]) => startJobs(stack.db, jobs);

const idsOf = (jobs: readonly { id: string }[]) => jobs.map(({ id }) => id);

/** The jobs that the queue holds, in its order. */
const listHeld = async (type: string) => {
  const jobs = await stack.db
    .selectFrom('job')
    .selectAll()
    .where('type', '=', type)
    .where('state', '=', 'QUEUED')
    .where('dispatchedAt', 'is not', null)
    .orderBy('dispatchedAt')
    .execute();
  return jobs.toSorted((one, other) => entryPriority(one) - entryPriority(other));
};

test.each(['HIGH', 'NORMAL', 'LOW'] as const)(
  'an owner with nothing in a full queue has the next place of it: %s',
  async (priority) => {
    const { type, insert, take } = openQueue();
    await insert('a', 40, priority);
    const [first] = await take();
    await start([first!]);
    await take();
    const [ofB, second] = await insert('b', 3, priority);
    expect(idsOf(await take())).toEqual([ofB!.id]);
    expect((await listHeld(type)).map(({ owner }) => owner).join('')).toBe(
      'b' + 'a'.repeat(room - 1),
    );
    expect(await take()).toEqual([]);
    await end([first!]);
    await start([ofB!]);
    expect(idsOf(await take())).toEqual([second!.id]);
    // B now has had more than A.
    await end([ofB!]);
    await start([second!]);
    expect(await take()).toEqual([]);
    expect((await listHeld(type))[0]!.owner).toBe('a');
  },
);

test('new owners without end do not keep what the queue has from its turn', async () => {
  const { type, insert, take } = openQueue();
  await insert('a', 60);
  let [running] = await take();
  await start([running!]);
  const order: string[] = [];
  for (let number = 0; number < 2 * (room + 1); number += 1) {
    await insert(`owner-${number}`, 1);
    await take();
    await end([running!]);
    [running] = await listHeld(type);
    order.push(running!.owner);
    await start([running!]);
  }
  // Each waits for no more than the job that runs, until so many have overtaken A that it is A's turn.
  expect(order.slice(0, 3)).toEqual(['owner-0', 'owner-1', 'owner-2']);
  expect(order.indexOf('a')).toBe(room);
  expect(order.filter((owner) => owner === 'a')).toHaveLength(2);
});
