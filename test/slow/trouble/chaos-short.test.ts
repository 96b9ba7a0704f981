import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { breakUnderLoad } from '../../chaos/scenarios/faults-under-load.ts';
import { measureCancels, percentile } from '../../chaos/scenarios/cancel-latency.ts';
import { runPoisonJob } from '../../chaos/scenarios/poison-job.ts';
import { checkAll, readChaosSeed, startRun } from '../../chaos/run.ts';
import type { Run } from '../../chaos/run.ts';
import { watchMany } from '../../chaos/scenarios/dashboards.ts';
import { expectNoLeaks } from '../../environment/app/leaks.ts';

expectNoLeaks();

// Bounds for a machine that does other things as well.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

// One deployment for all: what each leaves behind, the next one must stand, and the checker sees everything.
let run: Run;

beforeAll(async () => {
  run = await startRun({ seed: readChaosSeed(), report: console.log, lockDurationMs: 1_000 });
});

afterAll(() => run[Symbol.asyncDispose]());

test('a cancel reaches the model service through another process', async () => {
  const latencies = await measureCancels(run, 20);
  run.report(`cancel: p50 ${percentile(latencies, 50)} ms, p99 ${percentile(latencies, 99)} ms`);
  // Seconds would mean that the hint was lost, and the worker's own look found it.
  expect(percentile(latencies, 99)).toBeLessThan(1_500);
});

test('a job that crashes its worker each time fails as STALLED, and its neighbours complete', async () => {
  const { poisoned, others } = await runPoisonJob(run);
  expect(poisoned).toMatchObject({ state: 'FAILED', error: { code: 'STALLED' } });
  expect(others.filter(({ state }) => state !== 'COMPLETED')).toEqual([]);
});

test('a dashboard shows 10,001 waiting jobs, and what changes', async () => {
  const dashboards = await watchMany(run, 10_001);
  expect(dashboards.map(({ seen, waiting }) => seen >= waiting)).toEqual([true, true]);
});

test('jobs survive a fault of each kind', async () => {
  const unsettled = await breakUnderLoad(run, {
    rounds: [
      'kill-worker',
      'skewed-worker',
      'kill-api',
      'read-only-postgres',
      'silent-postgres',
      'demoted-redis',
      'redis-behind',
      'stalled-readers',
    ],
    worksPerRound: 8,
    awayMs: 1_000,
  });
  expect(unsettled).toEqual([]);
});

test('nothing of all that has broken a promise', async () => {
  expect(await checkAll(run)).toEqual([]);
});
