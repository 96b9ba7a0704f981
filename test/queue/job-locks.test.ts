import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { createLogger } from '../../src/platform/logger.ts';
import { startJobLocks } from '../../src/queue/worker/job-locks.ts';
import type { JobLocks } from '../../src/queue/worker/job-locks.ts';
import { LostJobError } from '../../src/queue/worker/attempt-errors.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const logger = createLogger('silent', false);
let locks: JobLocks;

afterEach(() => locks[Symbol.dispose]());

function start(extend: (entryIds: string[], tokens: string[]) => Promise<string[]>, ms: number) {
  locks = startJobLocks({ extend, lockDurationMs: ms, logger });
}

test('a lock that another worker has taken aborts its job with LostJobError, and no other job', async () => {
  start(async () => ['lost'], 700);
  using lost = locks.hold('lost', 'a', 0);
  using kept = locks.hold('kept', 'b', 0);
  await once(lost.signal, 'abort');
  expect(lost.signal.reason).toBeInstanceOf(LostJobError);
  expect(kept.signal.aborted).toBe(false);
});

test.each([
  ['does not answer', () => Promise.withResolvers<string[]>().promise],
  ['fails', () => Promise.reject(new Error('away'))],
])('a job ends with its lock when the broker %s', async (_, extend) => {
  start(extend, 300);
  using lock = locks.hold('job', 'a', 0);
  await once(lock.signal, 'abort');
  expect(lock.signal.reason).toBeInstanceOf(LostJobError);
});

test('a lock that is renewed outlasts its time, also while the event loop is blocked for most of it', async () => {
  const durationMs = 1_400;
  const enough = Promise.withResolvers<void>();
  let calls = 0;
  start(async () => {
    calls += 1;
    // Two thirds of it, twice; longer than a lock altogether.
    if (calls === 1 || calls === 3)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 900);
    if (calls === 5) enough.resolve();
    return [];
  }, durationMs);
  using lock = locks.hold('job', 'a', 0);
  await enough.promise;
  expect(lock.signal.aborted).toBe(false);
});

test('if the same worker takes a job again, the earlier attempt loses it and the later one keeps it', async () => {
  const asked: string[][] = [];
  const enough = Promise.withResolvers<void>();
  start(async (entryIds, tokens) => {
    asked.push([...entryIds, ...tokens]);
    if (asked.length === 2) enough.resolve();
    return [];
  }, 700);
  const earlier = locks.hold('job', 'a', 0);
  using later = locks.hold('job', 'b', 0);
  expect(earlier.signal.reason).toBeInstanceOf(LostJobError);
  earlier[Symbol.dispose]();
  await enough.promise;
  expect(asked).toEqual([
    ['job', 'b'],
    ['job', 'b'],
  ]);
  expect(later.signal.aborted).toBe(false);
});

test('a lock that expired before its job began is lost', async () => {
  start(async () => [], 700);
  using lock = locks.hold('job', 'a', 700);
  if (!lock.signal.aborted) await once(lock.signal, 'abort');
  expect(lock.signal.reason).toBeInstanceOf(LostJobError);
});
