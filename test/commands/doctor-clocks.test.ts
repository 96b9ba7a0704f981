import { expect, test } from 'vitest';
import { judgeClocks } from '../../src/doctor/timing.ts';

test.each([
  [
    { PostgreSQL: 400, Redis: -500 },
    'ok',
    'PostgreSQL is 400 ms ahead of this host, Redis is 500 ms behind this host',
  ],
  [{ PostgreSQL: 700, Redis: -700 }, 'warning', 'up to 1400 ms apart'],
  [{ Redis: -5_200 }, 'wrong', 'up to 5200 ms apart'],
])('clocks as far apart as %o are %s', (offsets, level, seen) => {
  expect(judgeClocks(offsets)).toMatchObject({ level, seen: expect.stringContaining(seen) });
});
