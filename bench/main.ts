import { readArguments } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import { grownBy, growTable } from './finished-jobs.ts';
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

/** Rounds of ours with a long history, in turns with ours without: the rival has no table that grows. */
const growthRounds = 2;

// What fills the screen while it runs goes to stderr; stdout has the report alone.
const say = (text: string): void =>
  console.error(`${new Date().toTimeString().slice(0, 8)} ${text}`);

async function openBench(services: Services, quick: boolean): Promise<Bench> {
  const ours = await createOurs(services, 'ours');
  const grown = await createOurs(services, 'grown');
  const recipe = createRecipe(services, 'recipe');
  const rest = createRecipe(services, 'rest');
  return { services, quick, sides: { recipe, rest, ours, grown } };
}

async function measureAll(bench: Bench, args: Arguments): Promise<Result[]> {
  const chosen = measures.filter(
    ({ name }) => args.only.length === 0 || args.only.some((start) => name.startsWith(start)),
  );
  const results: Result[] = [];
  for (const measure of chosen) {
    const onRound = (contestant: string, round: number): void =>
      say(`${measure.name}: ${contestant}, round ${round} of ${args.rounds}`);
    const options = { rounds: args.rounds, contestants: measure.contestants, onRound };
    results.push({ measure, outcomes: await runMeasure(bench, measure, options) });
  }
  return results;
}

async function measureGrowth(bench: Bench, args: Arguments, results: Result[]): Promise<void> {
  say(`adding ${grownBy.toLocaleString('en')} finished jobs`);
  await growTable(bench.services.grownPostgres);
  const rounds = Math.min(args.rounds, growthRounds);
  for (const result of results) {
    const { measure, outcomes } = result;
    // What is not served has nothing to grow.
    if (Object.keys(outcomes.ours?.figures ?? {}).length === 0) continue;
    const onRound = (contestant: string, round: number): void =>
      say(`${measure.name}, growth: ${contestant}, round ${round} of ${rounds}`);
    const options = { rounds, contestants: ['ours', 'grown'] as const, onRound };
    result.growth = await runMeasure(bench, measure, options);
  }
}

function formatReport(machine: string, args: Arguments, results: readonly Result[]): string {
  const rounds = `${args.quick ? 'Quick, so of little worth: ' : ''}medians of ${args.rounds}.`;
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
say('done');
