import { expect, test } from 'vitest';
import { explainOwnReason, explainQueueReason } from '../../src/graphql/job/explain-waiting.ts';
import { findOwnReason, findQueueReason } from '../../src/jobs/waiting.ts';
import type { QueueHold, WaitingCircumstances } from '../../src/jobs/waiting.ts';

const time = new Date('2026-03-04T05:06:07.890Z');
const free: QueueHold = {
  isReachable: true,
  pausedAt: null,
  pauseReason: null,
  hasWorkers: true,
  ratePerMinute: 10,
  limitedUntil: null,
};
const place = { position: 3, own: 1, isOvertaken: false };
const error = { code: 'MODEL_TIMEOUT', message: 'Late.', retryable: true, attempt: 2 } as const;

test('of several reasons, the one is named that everybody waits for before the owner’s own, and the place last', () => {
  const steps: [Partial<WaitingCircumstances> & { hold?: QueueHold }, string][] = [
    [{ hold: { ...free, isReachable: false } }, 'QUEUE_UNAVAILABLE'],
    [{ hold: { ...free, pausedAt: time } }, 'QUEUE_PAUSED'],
    [{ hold: { ...free, hasWorkers: false } }, 'NO_WORKER'],
    [{ isOwnerFull: true }, 'OWNER_SHARE'],
    [{ hold: { ...free, limitedUntil: time } }, 'RATE_LIMIT'],
    [{ place: { position: 3, own: 0, isOvertaken: true } }, 'OWNER_SHARE'],
    [{}, 'POSITION'],
  ];
  // Each holds together with all that come after it.
  for (const [index, [, reason]] of steps.entries()) {
    const later = steps.slice(index).map(([circumstances]) => circumstances);
    const hold = Object.assign({}, free, ...later.map((it) => differing(it.hold)));
    const circumstances = { isOwnerFull: false, place, ...Object.assign({}, ...later), hold };
    expect(findQueueReason(circumstances)).toBe(reason);
  }
});

/** What of a hold is not as in a free queue. */
function differing(hold: QueueHold = free): Partial<QueueHold> {
  return Object.fromEntries(
    Object.entries(hold).filter(([name, value]) => value !== free[name as keyof QueueHold]),
  );
}

test('a limit is the reason only of the jobs that the next minute lets start', () => {
  const hold = { ...free, limitedUntil: time };
  const at = (position: number) =>
    findQueueReason({ hold, isOwnerFull: false, place: { ...place, position } });
  expect([at(10), at(11)]).toEqual(['RATE_LIMIT', 'POSITION']);
});

test('what the row says goes before the queue', () => {
  const job = { waitsFor: null, admittedAt: null, dispatchedAt: null, error: null };
  expect(findOwnReason({ ...job, state: 'QUEUED' })).toBeUndefined();
  expect(findOwnReason({ ...job, state: 'QUEUED', waitsFor: 'x' })).toBe('PREDECESSOR');
  expect(
    findOwnReason({ ...job, state: 'QUEUED', waitsFor: 'x', admittedAt: time }),
  ).toBeUndefined();
  expect(findOwnReason({ ...job, state: 'DELAYED' })).toBe('DELAY');
  expect(findOwnReason({ ...job, state: 'DELAYED', error })).toBe('RETRY');
  for (const state of ['ACTIVE', 'COMPLETED', 'FAILED', 'CANCELED', 'EXPIRED'] as const)
    expect(findOwnReason({ ...job, state, error })).toBeNull();
});

test('each reason is a sentence that stays true, with times in UTC and without names of owners', () => {
  const explain = (
    reason: Parameters<typeof explainQueueReason>[0],
    circumstances: Partial<WaitingCircumstances> = {},
  ) =>
    explainQueueReason(reason, {
      hold: free,
      isOwnerFull: false,
      place,
      perOwner: 2,
      ...circumstances,
    });
  const hold = { ...free, pausedAt: time, limitedUntil: time };
  const first = { ...place, position: 1, own: 0 };
  const second = { ...place, position: 2, own: 0 };
  const overtaken = { position: 5, own: 0, isOvertaken: true };
  expect([
    explain('QUEUE_UNAVAILABLE'),
    explain('QUEUE_PAUSED', { hold }),
    explain('NO_WORKER'),
    explain('OWNER_SHARE', { isOwnerFull: true }),
    explain('OWNER_SHARE', { place: overtaken }),
    explain('RATE_LIMIT', { hold }),
    explain('POSITION'),
    explain('POSITION', { place: first }),
    explain('POSITION', { place: second }),
    explain('POSITION', { place: undefined }),
    explainOwnReason('PREDECESSOR', { error: null, nextAttemptAt: null }, undefined),
    explainOwnReason('RETRY', { error, nextAttemptAt: time }, undefined),
    explainOwnReason('RETRY', { error, nextAttemptAt: null }, undefined),
    explainOwnReason('DELAY', { error: null, nextAttemptAt: time }, undefined),
  ]).toMatchInlineSnapshot(`
    [
      "The broker that keeps the queue does not answer. The job is kept, and starts when it is back.",
      "The queue has been paused since 2026-03-04T05:06:07Z. An operator can resume it.",
      "No worker takes the jobs of this queue. It starts when there is one.",
      "Its owner has as many jobs in the queue as one owner may have at once: 2. It waits until one of them has ended.",
      "Its owner has had more of the queue’s time than others, so 4 jobs of other owners go before it, later ones among them.",
      "The queue lets 10 jobs start in a minute, and has done so. The next starts at 2026-03-04T05:06:08Z at the earliest.",
      "Place 3: 1 job of its owner and 1 job of other owners go before it.",
      "It is next: it starts as soon as a worker is free.",
      "Place 2: 1 job of other owners goes before it.",
      "It waits for its turn.",
      "It starts after the job before it in its pipeline has completed.",
      "Attempt 2 failed with MODEL_TIMEOUT. The next starts at 2026-03-04T05:06:08Z at the earliest.",
      "Attempt 2 failed with MODEL_TIMEOUT. The next starts later.",
      "It starts at 2026-03-04T05:06:08Z at the earliest.",
    ]
  `);
});
