import fc from 'fast-check';
import { readSeed } from '../environment/seeded-random.ts';
import { answersWithinMs, findFault, takeBadLine } from './find-fault.ts';
import type { Area } from './find-fault.ts';
import type { Target } from './target.ts';

/** The seed that all cases follow from: FUZZ_SEED, or always the same. */
export function readFuzzSeed(): number {
  return readSeed('FUZZ_SEED', 20_260);
}

/** Cases at once. */
const inFlight = 12;
/** Beyond this, nothing will come any more; a machine that is busy may take longer than `answersWithinMs` with many. */
const givesUpMs = 15_000;

/**
 * Sends all cases of an area, several at once. Where one fails, it and its neighbours are sent one by one, and the first
 * that fails alone is made as small as it can be. Returns how many of those that were made up were sent.
 */
export async function runCases<Case>(
  target: Target,
  area: Area<Case>,
  seed: number,
): Promise<number> {
  const cases = area.cases(target);
  const seeds = area.seeds?.(target) ?? [];
  const items = [...seeds, ...fc.sample(cases, { seed, numRuns: area.count })];
  let next = 0;
  let failed: { index: number; fault: string } | undefined;

  async function work(): Promise<void> {
    while (next < items.length && !failed) {
      const index = next;
      next += 1;
      const fault = await tryCase(target, area, items[index]!);
      if (fault !== undefined) failed ??= { index, fault };
    }
  }

  await Promise.all(Array.from({ length: inFlight }, work));
  if (!failed) return items.length - seeds.length;
  target.badLines.length = 0;
  const { index, fault } = failed;
  // Those that are written down are small already.
  if (index < seeds.length)
    throw new Error(`${fault}\nSeed ${index}: ${fc.stringify(items[index])}`);
  const from = Math.max(0, index - seeds.length - inFlight);
  const again = await fc.check(
    fc.asyncProperty(cases, async (item) => {
      const found = await tryCase(target, area, item, answersWithinMs);
      if (found !== undefined) throw new Error(found);
    }),
    { seed, path: String(from), numRuns: 2 * inFlight },
  );
  const repeat = `To repeat: FUZZ_SEED=${readFuzzSeed()} npx vitest run test/fuzz.test.ts -t '${area.name}'`;
  if (again.failed && again.counterexample) {
    const what = (again.errorInstance as Error).message;
    throw new Error(`${what}\n${await fc.asyncDefaultReportMessage(again)}\n${repeat}`);
  }
  // Alone, none of them fails.
  throw new Error(
    `${fault}\nCase ${index}, among others: ${fc.stringify(items[index])}\n${repeat}`,
  );
}

/** What is wrong with the answer, or with what was logged meanwhile. */
async function tryCase<Case>(
  target: Target,
  area: Area<Case>,
  item: Case,
  withinMs = givesUpMs,
): Promise<string | undefined> {
  const { promise: late, resolve: giveUp } = Promise.withResolvers<string>();
  const timer = setTimeout(() => giveUp(`no answer within ${withinMs} ms`), withinMs);
  try {
    return await Promise.race([late, judge(target, area, item)]);
  } finally {
    clearTimeout(timer);
  }
}

async function judge<Case>(
  target: Target,
  area: Area<Case>,
  item: Case,
): Promise<string | undefined> {
  try {
    const answer = await area.send(target, item);
    const fault = findFault(answer) ?? takeBadLine(target);
    return fault && `${fault}\n${answer.status} ${answer.text.slice(0, 2_000)}`;
  } catch (error) {
    return `no answer: ${String((error as Error).stack)}`;
  }
}
