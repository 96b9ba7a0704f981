import { median } from './load/percentile.ts';
import type { Measure, Sample, Session } from './measures/measure.ts';
import type { Bench } from './deployment.ts';
import type { Contestant } from './variants/variant.ts';

/** How often a round that does not count is done again. */
const repeats = 2;

/** The medians of one contestant's rounds. */
export interface Outcome {
  figures: Record<string, number>;
  details: Record<string, number>;
  /** Of rounds that counted for want of a better one. */
  flaws: string[];
}

export type Outcomes = Partial<Record<Contestant, Outcome>>;

export interface Rounds {
  rounds: number;
  contestants: readonly Contestant[];
  /** Called before each round. */
  onRound: (contestant: Contestant, round: number) => void;
}

/** Sets all contestants up, and lets them take turns. */
export async function runMeasure(
  bench: Bench,
  measure: Measure,
  options: Rounds,
): Promise<Outcomes> {
  await using stack = new AsyncDisposableStack();
  const { contestants, onRound } = options;
  const rounds = Math.min(options.rounds, measure.maxRounds ?? options.rounds);
  const opening = contestants.map(async (contestant) => {
    const session = stack.use(await measure.open(bench, contestant));
    return { contestant, session, samples: [] as Sample[] };
  });
  // All of them, so that none is left behind when another fails.
  await Promise.allSettled(opening);
  const players = await Promise.all(opening);
  const warmUps = bench.quick ? Math.min(measure.warmUps, 1) : measure.warmUps;
  for (let round = 1 - warmUps; round <= rounds; round += 1) {
    for (const { contestant, session, samples } of players) {
      onRound(contestant, round);
      if (round < 1) await session.round();
      else samples.push(await play(session));
    }
  }
  return Object.fromEntries(
    players.map(({ contestant, samples }) => [contestant, summarize(measure, samples)]),
  );
}

async function play(session: Session): Promise<Sample> {
  let sample = await session.round();
  for (let repeat = 0; sample.flaw && repeat < repeats; repeat += 1) sample = await session.round();
  return sample;
}

function summarize({ rows }: Measure, samples: readonly Sample[]): Outcome {
  const figures = samples.map((sample) => sample.figures);
  const totals = takeMedians(figures);
  for (const { key, isSum } of rows) {
    if (isSum) totals[key] = figures.reduce((sum, record) => sum + (record[key] ?? 0), 0);
  }
  return {
    figures: totals,
    details: takeMedians(samples.map(({ details }) => details ?? {})),
    flaws: samples.flatMap(({ flaw }) => flaw ?? []),
  };
}

function takeMedians(records: readonly Record<string, number>[]): Record<string, number> {
  const keys = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return Object.fromEntries(
    keys.map((key) => [key, median(records.flatMap((record) => record[key] ?? []))]),
  );
}
