import { median } from './load/percentile.ts';
import type { Measure, Sample, Session } from './measures/measure.ts';
import type { Bench } from './deployment.ts';
import type { VariantName } from './variants/variant.ts';

/** How often a round that does not count is repeated. */
const repeats = 2;

/** The medians of a variant's rounds. */
export interface Outcome {
  figures: Record<string, number>;
  details: Record<string, number>;
  /** Why rounds should not count that could not be repeated successfully. */
  flaws: string[];
}

export type Outcomes = Partial<Record<VariantName, Outcome>>;

export interface Rounds {
  rounds: number;
  variants: readonly VariantName[];
  /** Called before each round. */
  onRound: (variant: VariantName, round: number) => void;
}

/** Sets up all variants, and runs their rounds in turn. */
export async function runMeasure(
  bench: Bench,
  measure: Measure,
  options: Rounds,
): Promise<Outcomes> {
  await using stack = new AsyncDisposableStack();
  const { variants, onRound } = options;
  const rounds = Math.min(options.rounds, measure.maxRounds ?? options.rounds);
  const opening = variants.map(async (variant) => {
    const session = stack.use(await measure.open(bench, bench.variants[variant]));
    return { variant, session, samples: [] as Sample[] };
  });
  // Waits for all, so that every session is disposed if another fails.
  await Promise.allSettled(opening);
  const runs = await Promise.all(opening);
  const warmUps = bench.quick ? Math.min(measure.warmUps, 1) : measure.warmUps;
  for (let round = 1 - warmUps; round <= rounds; round += 1) {
    for (const { variant, session, samples } of runs) {
      onRound(variant, round);
      if (round < 1) await session.round();
      else samples.push(await runRound(session));
    }
  }
  return Object.fromEntries(
    runs.map(({ variant, samples }) => [variant, summarize(measure, samples)]),
  );
}

async function runRound(session: Session): Promise<Sample> {
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
