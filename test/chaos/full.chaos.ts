import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSeededRandom } from '../environment/seeded-random.ts';
import { breakUnderLoad } from './scenarios/faults-under-load.ts';
import { measureCancels, percentile } from './scenarios/cancel-latency.ts';
import { runPoisonJob } from './scenarios/poison-job.ts';
import { faultNames } from './record.ts';
import { checkAll, readChaosSeed, startRun } from './run.ts';
import type { Run } from './run.ts';
import { watchMany } from './scenarios/dashboards.ts';

/** After each fault once, so many more in an order that the seed picks. */
const furtherRounds = 10;

let run: Run;
const startedAt = Date.now();

beforeAll(async () => {
  run = await startRun({
    seed: readChaosSeed(),
    report: (line) => console.log(`${secondsSince(startedAt)} s  ${line}`),
    lockDurationMs: 2_000,
  });
});

afterAll(() => run[Symbol.asyncDispose]());

test('a cancel reaches the model service within 250 ms', async () => {
  const latencies = await measureCancels(run, 100);
  const [p50, p99] = [percentile(latencies, 50), percentile(latencies, 99)];
  run.report(`cancel: p50 ${p50} ms, p99 ${p99} ms, longest ${latencies.at(-1)} ms`);
  expect(p99).toBeLessThan(250);
});

test('a job that crashes its worker each time fails as STALLED, and its neighbours complete', async () => {
  const { poisoned, crashes, others } = await runPoisonJob(run);
  run.report(`poison: ${crashes} workers died of it`);
  expect(poisoned).toMatchObject({ state: 'FAILED', error: { code: 'STALLED' } });
  expect(others.filter(({ state }) => state !== 'COMPLETED')).toEqual([]);
});

test.each([10_001, 30_000])(
  'a dashboard shows %d waiting jobs, and what changes',
  async (count) => {
    const dashboards = await watchMany(run, count);
    for (const { transport, seen } of dashboards) run.report(`${transport}: ${seen} of ${count}`);
    expect(dashboards.map(({ seen }) => seen >= count)).toEqual(dashboards.map(() => true));
  },
);

test('jobs survive every fault, each under load', async () => {
  const random = createSeededRandom(run.seed);
  const further = Array.from({ length: furtherRounds }, () => random.pick(faultNames));
  const unsettled = await breakUnderLoad(run, {
    rounds: [...faultNames, ...further],
    worksPerRound: 24,
    awayMs: 10_000,
  });
  expect(unsettled).toEqual([]);
});

test('nothing of all that has broken a promise', async () => {
  const violations = await checkAll(run);
  for (const { rule, subject, detail } of violations)
    run.report(`BROKEN: ${rule}: ${subject}: ${detail}`);
  expect(violations).toEqual([]);
});

function secondsSince(time: number): string {
  return ((Date.now() - time) / 1_000).toFixed(1).padStart(6);
}
