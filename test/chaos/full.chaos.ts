import { expect } from 'vitest';
import { createSeededRandom } from '../environment/seeded-random.ts';
import { faultNames } from './faults/index.ts';
import { percentile } from './scenarios/cancel-latency.ts';
import { testUnderChaos } from './suite.ts';

/** Rounds after one of each fault, with faults that the seed chooses. */
const furtherRounds = 10;

testUnderChaos({
  lockDurationMs: 2_000,
  cancels: 100,
  expectCancelLatencies: (latencies) => expect(percentile(latencies, 99)).toBeLessThan(250),
  waitingJobs: [10_001, 30_000],
  chooseRounds: (seed) => {
    const random = createSeededRandom(seed);
    const further = Array.from({ length: furtherRounds }, () => random.pick(faultNames));
    return [...faultNames, ...further];
  },
  worksPerRound: 24,
  awayMs: 10_000,
});
