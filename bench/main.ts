import { readArguments } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import { finishedJobs, insertFinishedJobs } from './finished-jobs.ts';
import { measures } from './measures/index.ts';
import { describeMachine } from './report/machine.ts';
import { formatDetails, formatGrowth, formatTable } from './report/table.ts';
import type { Result } from './report/table.ts';
import { writeReadme } from './report/write-readme.ts';
import { runMeasure } from './run-measure.ts';
import type { Bench } from './deployment.ts';
import { startServices } from './services.ts';
import type { Services } from './services.ts';
import { createOurs } from './variants/ours.ts';
import { createRecipe } from './variants/recipe.ts';

/** Rounds of ours with and without many finished jobs; the recipe has no table that grows. */
const growthRounds = 2;

// Progress goes to stderr; stdout has only the report.
const log = (text: string): void =>
  console.error(`${new Date().toTimeString().slice(0, 8)} ${text}`);

async function openBench(services: Services, quick: boolean): Promise<Bench> {
  const ours = await createOurs(services, 'ours');
  const grown = await createOurs(services, 'grown');
  const recipe = createRecipe(services, 'recipe');
  const rest = createRecipe(services, 'rest');
  return { services, quick, variants: { recipe, rest, ours, grown } };
}

async function measureAll(bench: Bench, args: Arguments): Promise<Result[]> {
  const chosen = measures.filter(
    ({ name }) => args.only.length === 0 || args.only.some((start) => name.startsWith(start)),
  );
  const results: Result[] = [];
  for (const measure of chosen) {
    const onRound = (variant: string, round: number): void =>
      log(`${measure.name}: ${variant}, round ${round} of ${args.rounds}`);
    const options = { rounds: args.rounds, variants: measure.variants, onRound };
    results.push({ measure, outcomes: await runMeasure(bench, measure, options) });
  }
  return results;
}

async function measureGrowth(bench: Bench, args: Arguments, results: Result[]): Promise<void> {
  log(`inserting ${finishedJobs.toLocaleString('en')} finished jobs`);
  await insertFinishedJobs(bench.services.grownPostgres);
  const rounds = Math.min(args.rounds, growthRounds);
  for (const result of results) {
    const { measure, outcomes } = result;
    if (measure.hasOwnHistory) continue;
    // A variant without figures does not serve this.
    if (Object.keys(outcomes.ours?.figures ?? {}).length === 0) continue;
    const onRound = (variant: string, round: number): void =>
      log(`${measure.name}, with finished jobs: ${variant}, round ${round} of ${rounds}`);
    const options = { rounds, variants: ['ours', 'grown'] as const, onRound };
    result.growth = await runMeasure(bench, measure, options);
  }
}

function formatReport(machine: string, args: Arguments, results: readonly Result[]): string {
  const rounds = `${args.quick ? 'Quick rounds, which only show that the bench works: ' : ''}medians of ${args.rounds}.`;
  const growth = args.growth ? [formatGrowth(results)] : [];
  return [`${machine} · ${rounds}`, formatTable(results), ...growth, formatDetails(results)].join(
    '\n\n',
  );
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

const args = readArguments(process.argv.slice(2));
await using services = await startServices();
const bench = await openBench(services, args.quick);
const results = await measureAll(bench, args);
if (args.growth) await measureGrowth(bench, args, results);
const report = formatReport(await describeMachine(services), args, results);
console.log(report);
if (args.write) await writeReadme(report);
log('done');
