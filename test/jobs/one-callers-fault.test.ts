import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, test } from 'vitest';
import { createJobInserter } from '../../src/jobs/rows/insert.ts';
import type { NewJob } from '../../src/jobs/rows/insert.ts';
import { createBatcher } from '../../src/platform/batcher.ts';
import { stackKinds } from '../environment/app/app.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { useTestStack } from '../environment/app/open-stack.ts';

expectNoLeaks();

const submissions = 60;

function createNewJob(changes: Partial<NewJob> = {}): NewJob {
  return {
    id: uuidv7(),
    resultId: uuidv7(),
    type: 'VIDEO_SUMMARIZATION',
    owner: 'local',
    input: {},
    maxAttempts: 3,
    priority: 'NORMAL',
    ...changes,
  };
}

/** Values that the columns of a job refuse. */
const faults: [what: string, changes: Partial<NewJob>][] = [
  ['a number beyond its column', { maxAttempts: 2 ** 31 }],
  ['a NUL in JSON', { input: { title: 'a\u0000b' } }],
  ['an id that is taken', { id: '00000000-0000-7000-8000-000000000000' }],
  ['a predecessor that does not exist', { waitsFor: uuidv7() }],
];

describe.each(stackKinds)('on the %s stack', (kind) => {
  const stack = useTestStack(kind);

  beforeAll(async () => {
    const insert = createJobInserter(stack.db);
    await insert(createNewJob({ id: '00000000-0000-7000-8000-000000000000' }));
  });

  test.each(faults)('%s fails alone among many submissions', async (_what, changes) => {
    const insert = createJobInserter(stack.db);
    const given = Array.from({ length: submissions }, (_, index) =>
      createNewJob(index === 23 ? changes : {}),
    );
    const outcomes = await Promise.allSettled(given.map((job) => insert(job)));
    const stored = outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value.job.id : undefined,
    );
    expect(stored).toEqual(given.map(({ id }, index) => (index === 23 ? undefined : id)));
  });
});

/** An error like those of the database's drivers. */
function createError(code: string): Error {
  return Object.assign(new Error('refused'), { code });
}

describe('batched calls', () => {
  test.each([1, 2, 5, 1_000])('of 1,000 items fail only for the %i at fault', async (faulty) => {
    let calls = 0;
    const call = createBatcher(async (items: number[]) => {
      calls += 1;
      if (items.some((item) => item < faulty)) throw createError('22003');
      return items;
    });
    const outcomes = await Promise.allSettled(Array.from({ length: 1_000 }, (_, n) => call(n)));
    const failed = outcomes.filter(({ status }) => status === 'rejected');
    expect(failed).toEqual(outcomes.slice(0, faulty));
    expect(calls).toBeLessThan(2_000);
  });

  test.each(['57P01', '25006', '42703', 'ECONNRESET'])(
    'fail together after one attempt with %s, which no item has caused',
    async (code) => {
      let calls = 0;
      const call = createBatcher(async (_items: number[]) => {
        calls += 1;
        throw createError(code);
      });
      const outcomes = await Promise.allSettled([1, 2, 3].map((item) => call(item)));
      expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
      expect(calls).toBe(1);
    },
  );
});
