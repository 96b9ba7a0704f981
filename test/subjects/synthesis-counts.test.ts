import { expect, test } from 'vitest';
import { countClaims, countConflicts } from '../../src/subjects/synthesis/counts.ts';

test.each([
  ['a service that counts what it is told', { conflicts_detected: 0 }, null],
  ['one that says nothing', {}, null],
  ['one that has found some', { conflicts_detected: 2 }, 2],
  ['one that has searched', { conflicts_detected: 0, conflicts_searched: true }, 0],
  ['one that has not', { conflicts_detected: 0, conflicts_searched: false }, null],
])('conflicts of %s', (_what, metadata, count) => {
  expect(countConflicts(metadata)).toBe(count);
});

test('claims count with those below them', () => {
  expect(countClaims([])).toBe(0);
  expect(countClaims([{ subclaims: [{}, { subclaims: [{}] }] }, {}])).toBe(5);
});
