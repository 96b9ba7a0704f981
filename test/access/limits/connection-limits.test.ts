import { describe, expect, test } from 'vitest';
import type { LimitsConfig } from '../../../src/config/limits.ts';
import type { Viewer } from '../../../src/db/viewer.ts';
import { RateLimitedError } from '../../../src/errors.ts';
import { createLimits } from '../../../src/access/limits/limits.ts';
import type { Limits } from '../../../src/access/limits/limits.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { noLimits } from '../../environment/access/limits.ts';

expectNoLeaks();

const logger = createLogger('silent', false);

describe('connections', () => {
  const ann = { role: 'user', owner: 'ann' } as const;
  const bob = { role: 'user', owner: 'bob' } as const;

  function open(config: Partial<LimitsConfig>): Limits {
    // None of these limits reads a row.
    const db = undefined as never;
    const redis = null;
    const all = { ...noLimits, ...config };
    const given = { config: all, maxQueryCost: 10_000, db, redis };
    return createLimits({ ...given, prefix: '', logger, onRefused: () => undefined });
  }

  test('of tickets are their maker’s, whatever job they are for, and half of the share at most', async () => {
    await using limits = open({
      subscriptionsPerOwner: 4,
      pollsPerMinute: 4,
      connectionsPerOwner: 4,
    });
    const tickets = ['1', '2', '3'].map(
      (jobId) => ({ role: 'ticket', owner: 'ann', jobId }) as const,
    );
    const [one, other, third] = tickets as [Viewer, Viewer, Viewer];
    const ways: ((viewer: Viewer) => Promise<unknown>)[] = [
      limits.poll,
      limits.connect('192.0.2.1').subscribe,
      (viewer) => limits.connect('192.0.2.1').assign(viewer),
    ];
    for (const take of ways) {
      await take(one);
      await take(other);
      await expect(take(third)).rejects.toThrow('At most 2 ');
      await take(ann);
      await take(ann);
      await expect(take(ann)).rejects.toThrow('At most 4 ');
      // Who makes tickets for what is others' pays for them.
      await take({ ...third, maker: 'bob' } as Viewer);
      await take(bob);
    }
  });

  test('are counted by owner from when that is known until they close', async () => {
    await using limits = open({ connectionsPerOwner: 1 });
    const [first, second] = [limits.connect('192.0.2.1'), limits.connect('192.0.2.2')];
    await first.assign(ann);
    await expect(second.assign(ann)).rejects.toThrow('At most 1 open connections of one owner.');
    await second.assign(bob);
    first.close();
    // Its client leaves before it is known whose it is.
    const third = limits.connect('192.0.2.1');
    const assigned = third.assign(ann);
    third.close();
    await assigned;
    await limits.connect('192.0.2.1').assign(ann);
  });

  test('are counted by address until they close', async () => {
    await using limits = open({ connectionsPerAddress: 2 });
    const [first] = [limits.connect('192.0.2.1'), limits.connect('::ffff:192.0.2.1')];
    expect(() => limits.connect('192.0.2.1')).toThrow(
      'At most 2 open connections from one address.',
    );
    limits.connect('192.0.2.2');
    first.close();
    first.close();
    limits.connect('192.0.2.1');
    expect(() => limits.connect('192.0.2.1')).toThrow(RateLimitedError);
  });

  test('have so many subscriptions each, and so many in all', async () => {
    await using limits = open({ subscriptionsPerConnection: 2, subscriptionsPerProcess: 3 });
    const [here, there] = [limits.connect('192.0.2.1'), limits.connect('192.0.2.1')];
    const giveBack = await here.subscribe(ann);
    await here.subscribe(ann);
    await expect(here.subscribe(ann)).rejects.toThrow('on one connection');
    await there.subscribe(ann);
    await expect(there.subscribe(ann)).rejects.toThrow('on one server');
    giveBack();
    giveBack();
    await there.subscribe(ann);
    await expect(here.subscribe(ann)).rejects.toThrow('on one server');
  });

  test('what a limit refuses, the limits before it have not counted', async () => {
    await using limits = open({ subscriptionsPerConnection: 3, subscriptionsPerOwner: 1 });
    const connection = limits.connect('192.0.2.1');
    await connection.subscribe(ann);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expect(connection.subscribe(ann)).rejects.toThrow('At most 1 subscriptions at once.');
    }
    await connection.subscribe(bob);
    await connection.subscribe({ role: 'user', owner: 'cleo' });
  });
});
