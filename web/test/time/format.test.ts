import { expect, test } from 'vitest';
import { formatClock, formatDuration } from '../../src/time/time.tsx';

test('a time of another day is shown with its date, and one of today is not', () => {
  const now = Date.now();
  expect(formatClock(now, 'en')).toMatch(/^\d+:\d\d:\d\d/);
  const later = now + 3 * 86_400_000;
  expect(formatClock(later, 'en')).toContain(String(new Date(later).getDate()));
  expect(formatClock(later, 'en')).toMatch(/^[A-Z][a-z]{2} \d+, \d{4}/);
});

test.each([
  [-5_000, '0:00'],
  [999, '0:00'],
  [61_000, '1:01'],
  [3_849_000, '1:04:09'],
])('%d ms are shown as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
