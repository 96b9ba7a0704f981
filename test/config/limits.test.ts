import { describe, expect, test } from 'vitest';
import { limits as described, limitVariables, readLimits } from '../../src/config/limits.ts';
import type { LimitsConfig } from '../../src/config/limits.ts';
import { noLimits } from '../environment/access/limits.ts';

describe('the configuration of limits', () => {
  const unset = Object.fromEntries(
    Object.entries(limitVariables).map(([key, { fallback }]) => [key, fallback]),
  ) as unknown as LimitsConfig;
  const defaults = Object.fromEntries(
    Object.entries(described).map(([key, { most }]) => [key, most]),
  );

  test('protects accounts from each other, and no local operator from themselves', () => {
    const ofAll = { subscriptionsPerConnection: 100, subscriptionsPerProcess: 50_000 };
    const [operators, all] = [{ highPriority: 'operators' }, { highPriority: 'all' }];
    expect(readLimits(unset, { hasAccounts: true })).toEqual({
      ...defaults,
      ...ofAll,
      ...operators,
    });
    expect(readLimits(unset, { hasAccounts: false })).toEqual({ ...noLimits, ...ofAll, ...all });
  });

  test('is what is set, with 0 for no limit, whoever is asking', () => {
    const { jobsPerMinute } = limitVariables;
    expect(jobsPerMinute.schema.parse('0')).toBeNull();
    for (const isOpen of [true, false]) {
      const values = {
        ...unset,
        jobsPerMinute: null,
        unfinishedJobs: 7,
        subscriptionsPerProcess: null,
        highPriority: isOpen ? ('operators' as const) : ('all' as const),
      };
      expect(readLimits(values, { hasAccounts: !isOpen })).toMatchObject({
        highPriority: isOpen ? 'operators' : 'all',
        jobsPerMinute: null,
        unfinishedJobs: 7,
        subscriptionsPerProcess: null,
      });
    }
    for (const text of ['-1', '1.5', 'many'])
      expect(jobsPerMinute.schema.safeParse(text).success).toBe(false);
  });
});
