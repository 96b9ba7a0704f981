import { describe, expect, test } from 'vitest';
import { estimateWait } from '../../src/queue/estimates/wait.ts';
import { createSeededRandom } from '../environment/seeded-random.ts';

/** A queue in virtual time, in ms. */
interface Load {
  what: string;
  capacity: number;
  ratePerMinute: number | null;
  meanDurationMs: number;
  /** Durations are spread so much around their mean, as a share of it. */
  spread: number;
  /** One job comes every so often. */
  everyMs: number;
}

const loads: Load[] = [
  {
    what: 'five places, always busy',
    capacity: 5,
    ratePerMinute: null,
    meanDurationMs: 60_000,
    spread: 0.5,
    everyMs: 11_500,
  },
  {
    what: 'one place, always busy',
    capacity: 1,
    ratePerMinute: null,
    meanDurationMs: 40_000,
    spread: 0.3,
    everyMs: 39_000,
  },
  {
    what: 'twenty places in two processes',
    capacity: 20,
    ratePerMinute: null,
    meanDurationMs: 75_000,
    spread: 0.6,
    everyMs: 3_600,
  },
  {
    what: 'a limit that is slower than the places',
    capacity: 20,
    ratePerMinute: 10,
    meanDurationMs: 30_000,
    spread: 0.5,
    everyMs: 5_800,
  },
];

/** Share of the true time by which half of the estimates may be wrong at most. */
const tolerance = 0.25;
const jobs = 600;
/** Samples of the mean, as the database takes them. */
const samples = 50;

interface Run {
  submittedAt: number;
  startedAt: number;
  endedAt: number;
}

/** Runs jobs first come, first served, and asks for an estimate when each is submitted; the relative error of each. */
function simulate(load: Load, seed: number): { start: number[]; completion: number[] } {
  const random = createSeededRandom(seed);
  const runs: Run[] = [];
  const errors = { start: [] as number[], completion: [] as number[] };
  // A queue that is there already: steady loads are not met at their beginning.
  const backlog = 3 * load.capacity;
  for (let index = 0; index < jobs; index += 1) {
    const submittedAt = Math.max(0, index - backlog) * load.everyMs;
    const run = schedule(
      load,
      runs,
      submittedAt,
      load.meanDurationMs * spreadOf(random.below(1_000), load),
    );
    runs.push(run);
    if (index < 2 * backlog) continue;
    const waitMs = estimateFor(load, runs, run);
    const trueWait = run.startedAt - submittedAt;
    const mean = meanOf(runs, submittedAt);
    if (trueWait > mean / 2) errors.start.push(Math.abs(waitMs - trueWait) / trueWait);
    const trueTime = run.endedAt - submittedAt;
    errors.completion.push(Math.abs(waitMs + mean - trueTime) / trueTime);
  }
  return errors;
}

function spreadOf(permille: number, { spread }: Load): number {
  return 1 + spread * ((2 * permille) / 1_000 - 1);
}

function schedule(load: Load, runs: readonly Run[], submittedAt: number, durationMs: number): Run {
  const ends = runs.map(({ endedAt }) => endedAt).toSorted((a, b) => b - a);
  const placeFreeAt = ends[load.capacity - 1] ?? 0;
  const last = runs.at(-1)?.startedAt ?? 0;
  const gap = load.ratePerMinute === null ? 0 : 60_000 / load.ratePerMinute;
  const startedAt = Math.max(submittedAt, placeFreeAt, runs.length > 0 ? last + gap : 0);
  return { submittedAt, startedAt, endedAt: startedAt + durationMs };
}

function estimateFor(load: Load, runs: readonly Run[], run: Run): number {
  const now = run.submittedAt;
  const active = runs.filter(({ startedAt, endedAt }) => startedAt <= now && endedAt > now);
  const queued = runs.filter(({ startedAt }) => startedAt > now);
  const pace = {
    type: 'SIMULATED',
    meanDurationMs: meanOf(runs, now),
    medianDurationMs: null,
    activeSince: active.map(({ startedAt }) => new Date(startedAt)),
    capacity: load.capacity,
    pausedAt: null,
    pauseReason: null,
  };
  return estimateWait(pace, Math.max(1, queued.length), load.ratePerMinute, now)!;
}

/** Mean run time of the latest that have ended by then. */
function meanOf(runs: readonly Run[], now: number): number {
  const ended = runs
    .filter(({ endedAt }) => endedAt <= now)
    .toSorted((a, b) => b.endedAt - a.endedAt);
  const durations = ended.slice(0, samples).map(({ startedAt, endedAt }) => endedAt - startedAt);
  return durations.reduce((sum, duration) => sum + duration, 0) / durations.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

describe.each(loads)('on a steady load: $what', (load) => {
  test.each([1, 2, 3])('half of the estimates are right within 25 % (seed %i)', (seed) => {
    const errors = simulate(load, seed);
    expect(errors.completion.length).toBeGreaterThan(jobs / 2);
    expect(errors.start.length).toBeGreaterThan(50);
    expect(median(errors.start)).toBeLessThanOrEqual(tolerance);
    expect(median(errors.completion)).toBeLessThanOrEqual(tolerance);
  });
});

test('without workers there is no estimate', () => {
  const pace = {
    type: 'X',
    meanDurationMs: 1_000,
    medianDurationMs: null,
    activeSince: [],
    capacity: 0,
    pausedAt: null,
    pauseReason: null,
  };
  expect(estimateWait(pace, 1, null, 0)).toBeNull();
});
