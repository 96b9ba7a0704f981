import { describe, expect, test } from 'vitest';
import { readHistory } from '../../src/job/timeline/history.ts';
import type { Attempt } from '../../src/job/timeline/history.ts';
import { createTimeScale } from '../../src/job/timeline/time-scale.ts';

const start = Date.parse('2026-03-01T12:00:00Z');
const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString();

function createAttempt(
  number: number,
  from: number,
  to: number | null,
  retryable?: boolean,
): Attempt {
  const error =
    retryable === undefined ? null : { code: 'STALLED' as const, message: 'Gone.', retryable };
  const finishedAt = to === null ? null : at(to);
  return {
    number,
    startedAt: at(from),
    finishedAt,
    worker: null,
    error,
    stages: [{ name: 'Writing', startedAt: at(from), finishedAt }],
  };
}

describe('the history of a job', () => {
  test('waits are between what runs, each with its reason', () => {
    const attempts = [
      createAttempt(1, 5, 10, true),
      createAttempt(2, 30, 40, false),
      createAttempt(3, 100, 110),
    ];
    const job = { state: 'COMPLETED', createdAt: at(0), completedAt: at(110) } as const;
    const { whole, parts } = readHistory(job, attempts, start + 999_000);
    expect(whole).toEqual({ from: start, to: start + 110_000 });
    expect(parts.map((part) => (part.kind === 'wait' ? part.reason : part.attempt.number))).toEqual(
      ['queue', 1, 'retry', 2, 'restart', 3],
    );
  });

  test('what runs is open until now, and never ends before it began', () => {
    const job = { state: 'ACTIVE', createdAt: at(0), completedAt: null } as const;
    const running = readHistory(job, [createAttempt(1, 5, null)], start + 20_000);
    expect(running.parts.at(-1)).toMatchObject({ isOpen: true, to: start + 20_000 });
    // The clock of the page is behind.
    const behind = readHistory(job, [createAttempt(1, 5, null)], start - 60_000);
    for (const { from, to } of behind.parts) expect(to).toBeGreaterThanOrEqual(from);
  });

  test('a job that waits has waited until now', () => {
    const job = { state: 'QUEUED', createdAt: at(0), completedAt: null } as const;
    expect(readHistory(job, [], start + 7_000).parts).toEqual([
      { kind: 'wait', reason: 'queue', from: start, to: start + 7_000, isOpen: true },
    ]);
  });
});

describe('the axis of time', () => {
  const whole = { from: 0, to: 1_000 };
  const busy = [
    { from: 0, to: 100 },
    { from: 900, to: 1_000 },
  ];

  test('is even without folds', () => {
    const { place, folds } = createTimeScale(whole, busy, false);
    expect(folds).toEqual([]);
    expect([0, 250, 1_000].map(place)).toEqual([0, 0.25, 1]);
  });

  test('folds long idle time, and keeps the order and the ends', () => {
    const { place, folds } = createTimeScale(whole, busy, true);
    expect(folds).toMatchObject([{ from: 100, to: 900 }]);
    expect(folds[0]!.end - folds[0]!.start).toBeCloseTo(0.06);
    const places = Array.from({ length: 101 }, (_, index) => place(index * 10));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBe(0);
    expect(places.at(-1)).toBeCloseTo(1);
  });

  test('does not fold what is all that there is', () => {
    expect(createTimeScale(whole, [], true).folds).toEqual([]);
  });
});
