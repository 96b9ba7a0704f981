import { describe, expect, test } from 'vitest';
import { hold } from '../../src/jobs/list/held-order.ts';

describe('an order that is held', () => {
  test('shows nothing new above or between, and counts it', () => {
    expect(hold(['f', 'e', 'd', 'c', 'b'], ['e', 'c', 'b'])).toEqual({
      ids: ['e', 'c', 'b'],
      newCount: 2,
    });
  });

  test('keeps what has left in its place', () => {
    expect(hold(['c'], ['c', 'b', 'a'])).toEqual({ ids: ['c', 'b', 'a'], newCount: 0 });
  });

  test('goes on below with what is read of older jobs', () => {
    expect(hold(['d', 'c', 'b', 'a'], ['d', 'c'])).toEqual({
      ids: ['d', 'c', 'b', 'a'],
      newCount: 0,
    });
  });

  test('counts everything where there was nothing', () => {
    expect(hold(['b', 'a'], [])).toEqual({ ids: [], newCount: 2 });
  });
});
