import { describe, expect, test } from 'vitest';
import { createSemaphores } from '../../../src/access/limits/semaphores.ts';
import type { Semaphores, Place } from '../../../src/access/limits/semaphores.ts';
import { createOperationQueue } from '../../../src/access/limits/operation-queue.ts';
import { createGate } from '../../environment/model-service/gate.ts';
import { refuse } from '../../environment/access/limits.ts';

const never = () => [new AbortController().signal];

function createTestSemaphores(capacity = 10, maxWaiting = 2): Semaphores {
  return createSemaphores({ capacity, maxWaiting, refuse });
}

/** Asks for a place, and writes down when it is there. */
function join(
  semaphores: Semaphores,
  log: string[],
  name: string,
  place: Partial<Place> & { weight: number },
) {
  const taken = semaphores({ key: 'ann', signals: never, ...place });
  return taken.then((giveBack) => {
    log.push(name);
    return giveBack;
  });
}

describe('semaphores', () => {
  test('let so much weight of each key be under way, and the rest wait in its order', async () => {
    const semaphores = createTestSemaphores();
    const log: string[] = [];
    const first = await join(semaphores, log, 'first', { weight: 6 });
    const second = join(semaphores, log, 'second', { weight: 6 });
    // It would fit, but comes after one that does not.
    const third = join(semaphores, log, 'third', { weight: 1 });
    await expect(semaphores({ key: 'ann', weight: 1, signals: never })).rejects.toThrow(
      'Too many.',
    );
    await join(semaphores, log, 'other', { key: 'ben', weight: 10 });
    expect(log).toEqual(['first', 'other']);
    first();
    first();
    (await second)();
    (await third)();
    expect(log).toEqual(['first', 'other', 'second', 'third']);
    await join(semaphores, log, 'last', { weight: 10 });
  });

  test('let what weighs more than all be under way alone', async () => {
    const semaphores = createTestSemaphores();
    const giveBack = await semaphores({ key: 'ann', weight: 1_000, signals: never });
    const next = join(semaphores, [], 'next', { weight: 1 });
    giveBack();
    await expect(next).resolves.toBeTypeOf('function');
  });

  test('forget who leaves, and let those behind go on', async () => {
    const semaphores = createTestSemaphores();
    const log: string[] = [];
    const leaving = new AbortController();
    await join(semaphores, log, 'first', { weight: 6 });
    const left = join(semaphores, log, 'left', { weight: 6, signals: () => [leaving.signal] });
    const behind = join(semaphores, log, 'behind', { weight: 4 });
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await behind;
    expect(log).toEqual(['first', 'behind']);
    const gone = () => [AbortSignal.abort(new Error('gone before'))];
    await expect(semaphores({ key: 'ann', weight: 1, signals: gone })).rejects.toThrow(
      'gone before',
    );
  });
});

describe('a turn', () => {
  const viewer = { role: 'user', owner: 'ann' } as const;
  const open = () => createOperationQueue({ limit: 1, maxCost: 1_000, refuse });

  test('goes to the next once it is too late for the operation that has it', async () => {
    const turns = open();
    const [late, notLate] = [new AbortController(), new AbortController()];
    const hanging = createGate();
    const first = turns.run({ viewer, cost: 1, timeoutSignal: late.signal }, () => hanging.wait());
    await hanging.reached();
    const second = turns.run({ viewer, cost: 1, timeoutSignal: notLate.signal }, () => 'second');
    late.abort(new Error('too late'));
    expect(await second).toBe('second');
    hanging.open();
    await first;
    // Not once more.
    const held = createGate();
    const third = turns.run({ viewer, cost: 1, timeoutSignal: notLate.signal }, () => held.wait());
    await held.reached();
    let isFourth = false;
    const fourth = turns.run(
      { viewer, cost: 1, timeoutSignal: notLate.signal },
      () => (isFourth = true),
    );
    expect(
      await turns.run({ viewer, cost: 999, timeoutSignal: notLate.signal }, () => 'costly'),
    ).toBe('costly');
    expect(isFourth).toBe(false);
    held.open();
    await Promise.all([third, fourth]);
  });

  test('comes to events of a costly subscription in the queue of costly queries, and to others at once', async () => {
    const turns = open();
    const { signal: late } = new AbortController();
    const held = createGate();
    const query = turns.run({ viewer, cost: 800, timeoutSignal: late }, () => held.wait());
    await held.reached();
    let isCostly = false;
    const event = turns.runEvent({ viewer, cost: 800 }, () => (isCostly = true));
    expect(await turns.runEvent({ viewer, cost: 10 }, () => 'cheap')).toBe('cheap');
    expect(isCostly).toBe(false);
    held.open();
    await Promise.all([query, event]);
  });
});
