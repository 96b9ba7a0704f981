import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createJobInserter } from '../../src/jobs/rows/insert.ts';
import type { NewJob } from '../../src/jobs/rows/insert.ts';
import { createBatcher } from '../../src/platform/batcher.ts';
import { createTestStack, stackKinds } from '../environment/app/app.ts';
import type { TestStack } from '../environment/app/app.ts';
import { openTestStack } from '../environment/app/open-stack.ts';
import type { OpenStack } from '../environment/app/open-stack.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

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

/** What the columns of a job cannot take. */
const faults: [what: string, changes: Partial<NewJob>][] = [
  ['a number beyond its column', { maxAttempts: 2 ** 31 }],
  ['a NUL in JSON', { input: { title: 'a\u0000b' } }],
  ['an id that is taken', { id: '00000000-0000-7000-8000-000000000000' }],
  ['a leader that there is not', { waitsFor: uuidv7() }],
];

describe.each(stackKinds)('on the %s stack', (kind) => {
  let testStack: TestStack;
  let stack: OpenStack;

  beforeAll(async () => {
    testStack = await createTestStack(kind);
    stack = await openTestStack(testStack);
    const insert = createJobInserter(stack.db);
    await insert(createNewJob({ id: '00000000-0000-7000-8000-000000000000' }));
  });

  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await testStack[Symbol.asyncDispose]();
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

/** An error as the database's drivers throw it. */
function createError(code: string): Error {
  return Object.assign(new Error('refused'), { code });
}

describe('calls that are joined', () => {
  test.each([1, 2, 5, 1_000])('of 1,000 items fail for the %i at fault', async (guilty) => {
    let calls = 0;
    const call = createBatcher(async (items: number[]) => {
      calls += 1;
      if (items.some((item) => item < guilty)) throw createError('22003');
      return items;
    });
    const outcomes = await Promise.allSettled(Array.from({ length: 1_000 }, (_, n) => call(n)));
    const failed = outcomes.filter(({ status }) => status === 'rejected');
    expect(failed).toEqual(outcomes.slice(0, guilty));
    expect(calls).toBeLessThan(2_000);
  });

  test.each(['57P01', '25006', '42703', 'ECONNRESET'])(
    'fail together after one attempt with %s, which no item can help',
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
