import { expect, vi } from 'vitest';
import { refreshIntervalMs } from '../../../src/queue/worker/running-jobs.ts';
import { percentile } from '../../chaos/scenarios/cancel-latency.ts';
import { testUnderChaos } from '../../chaos/suite.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

// Enough for a busy machine.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

// The long form, with every fault, is `npm run test:chaos`.
testUnderChaos({
  lockDurationMs: 1_000,
  cancels: 20,
  // If the messages to the workers were lost, these would be spread over their refresh interval.
  expectCancelLatencies: (latencies) =>
    expect(percentile(latencies, 50)).toBeLessThan(refreshIntervalMs / 4),
  waitingJobs: [10_001],
  chooseRounds: () => [
    'killWorker',
    'skewWorker',
    'killApi',
    'failOverPostgres',
    'silencePostgres',
    'failOverRedis',
    'restartRedisBehind',
    'stallReaders',
  ],
  worksPerRound: 8,
  awayMs: 1_000,
});
