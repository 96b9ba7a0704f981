import { afterAll, beforeAll, expect, test } from 'vitest';
import { readInteger } from '../environment/seeded-random.ts';
import type { FaultName } from './faults/index.ts';
import { checkAll, startRun } from './run.ts';
import type { Run } from './run.ts';
import { measureCancels } from './scenarios/cancel-latency.ts';
import { watchDashboards } from './scenarios/dashboards.ts';
import { applyFaultsUnderLoad } from './scenarios/faults-under-load.ts';
import { runPoisonJob } from './scenarios/poison-job.ts';

export interface ChaosSuiteOptions {
  lockDurationMs: number;
  /** Jobs that are canceled while they run. */
  cancels: number;
  /** Judges the times from a cancel's answer to the abort at the model service, shortest first. */
  expectCancelLatencies: (latenciesMs: readonly number[]) => void;
  /** Numbers of waiting jobs that dashboards must show. */
  waitingJobs: readonly number[];
  /** Faults, each applied in a round of its own. */
  chooseRounds: (seed: number) => readonly FaultName[];
  worksPerRound: number;
  /** How long a service stays away. */
  awayMs: number;
}

/**
 * Tests a deployment of two APIs and two workers, as in production, while its parts break. All tests use the same
 * deployment, so that each must cope with what the ones before have left behind, and the checks at the end see everything.
 */
export function testUnderChaos(options: ChaosSuiteOptions): void {
  const { lockDurationMs, worksPerRound, awayMs } = options;
  const startedAt = Date.now();
  let run: Run;

  beforeAll(async () => {
    run = await startRun({
      seed: readInteger('CHAOS_SEED', Math.floor(Date.now() / 86_400_000)), // another one each day
      report: (line) => console.log(`${secondsSince(startedAt)} s  ${line}`),
      lockDurationMs,
    });
  });

  afterAll(() => run[Symbol.asyncDispose]());

  test('a cancel reaches the model service through another process', async () => {
    const latencies = await measureCancels(run, options.cancels);
    run.report(`cancel: ${latencies.join(', ')} ms`);
    expect(latencies).toHaveLength(options.cancels);
    options.expectCancelLatencies(latencies);
  });

  test('a job that crashes its worker each time fails as STALLED, and its neighbors complete', async () => {
    const { poisoned, crashes, others } = await runPoisonJob(run);
    run.report(`poison: ${crashes} workers crashed`);
    expect(poisoned).toMatchObject({ state: 'FAILED', error: { code: 'STALLED' } });
    expect(others.filter(({ state }) => state !== 'COMPLETED')).toEqual([]);
  });

  test.each(options.waitingJobs)(
    'a dashboard shows %d waiting jobs, and what changes',
    async (count) => {
      const dashboards = await watchDashboards(run, count);
      for (const { transport, seen } of dashboards) run.report(`${transport}: ${seen} of ${count}`);
      expect(dashboards.map(({ seen }) => seen >= count)).toEqual([true, true]);
    },
  );

  test('jobs survive each fault under load', async () => {
    const rounds = options.chooseRounds(run.seed);
    expect(await applyFaultsUnderLoad(run, { rounds, worksPerRound, awayMs })).toEqual([]);
  });

  test('none of that has broken a promise', async () => {
    const violations = await checkAll(run);
    for (const { rule, subject, detail } of violations)
      run.report(`BROKEN: ${rule}: ${subject}: ${detail}`);
    expect(violations).toEqual([]);
  });
}

function secondsSince(time: number): string {
  return ((Date.now() - time) / 1_000).toFixed(1).padStart(6);
}
