import { expect, test } from 'vitest';
import { RateLimitedError } from '../../../src/errors.ts';
import { createFailedLogins } from '../../../src/access/limits/failed-logins.ts';
import type { FailedLogins } from '../../../src/access/limits/failed-logins.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { alone, expectRefusal, openCounting, refuse } from '../../environment/access/limits.ts';

expectNoLeaks();

const address = '203.0.113.9';

async function fail(logins: ReturnType<typeof createFailedLogins>, from: string, times: number) {
  for (let time = 0; time < times; time += 1) {
    logins.check(from);
    await logins.record(from);
  }
}

test('failed log-ins block an address, in every process that hears from it again', async () => {
  await using first = await openCounting();
  await using second = await openCounting(first.prefix);
  const [here, there] = [first, second].map((counting) =>
    createFailedLogins({ ...counting, limit: 3, refuse }),
  ) as [FailedLogins, FailedLogins];
  await fail(here, address, 2);
  await fail(there, address, 1);
  here.check(address);
  await here.record(address);
  expect(() => here.check(address)).toThrow(RateLimitedError);
  await there.record(address);
  expect(() => there.check(address)).toThrow(RateLimitedError);
  here.check('203.0.113.10');
});

test('those of IPv6 count by network, and of IPv4 the same however they are written', async () => {
  const logins = createFailedLogins({ ...alone, prefix: '', limit: 1, refuse });
  await fail(logins, '2001:db8:1:2::1', 1);
  await logins.record('2001:db8:1:2:ffff::9');
  expect(() => logins.check('2001:db8:1:2::77')).toThrow(RateLimitedError);
  logins.check('2001:db8:1:3::1');
  await fail(logins, address, 1);
  await logins.record(`::ffff:${address}`);
  expect(() => logins.check(address)).toThrow(RateLimitedError);
  // Whatever a proxy says is counted.
  await fail(logins, 'unknown', 1);
  await logins.record('unknown');
  expect(() => logins.check('unknown')).toThrow(RateLimitedError);
});

test('a check of an address asks nobody, and says when the block ends', async () => {
  await using counting = await openCounting();
  const logins = createFailedLogins({ ...counting, limit: 1, refuse });
  await logins.record(address);
  await logins.record(address);
  counting.redis.disconnect();
  logins.check('198.51.100.1');
  const refusal = await expectRefusal((async () => logins.check(address))());
  expect(refusal.retryAfterMs).toBeGreaterThan(50_000);
  expect(refusal.retryAfterMs).toBeLessThanOrEqual(60_000);
});
