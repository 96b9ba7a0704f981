import fc from 'fast-check';
import { readInteger } from '../environment/seeded-random.ts';
import { answerWithinMs, findFault, takeBadLine } from './find-fault.ts';
import type { Area } from './find-fault.ts';
import type { Target } from './target.ts';

/** The seed that all cases follow from: FUZZ_SEED, or always the same. */
export function readFuzzSeed(): number {
  return readInteger('FUZZ_SEED', 20_260);
}

/** Cases that are sent at the same time. */
const inFlight = 12;
/** A busy machine with many cases may take longer than `answerWithinMs`, but no longer than this. */
const giveUpAfterMs = 15_000;

/**
 * Sends all cases of an area, several at the same time. If one fails, it and its neighbors are sent again one by one, and
 * the first that fails alone is shrunk. Returns how many generated cases were sent.
 */
export async function runCases<Case>(
  target: Target,
  area: Area<Case>,
  seed: number,
): Promise<number> {
  const cases = area.cases(target);
  const known = area.knownCases?.(target) ?? [];
  const items = [...known, ...fc.sample(cases, { seed, numRuns: area.count })];
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
  if (!failed) return items.length - known.length;
  target.badLines.length = 0;
  const { index, fault } = failed;
  // Those of the corpus are small already.
  if (index < known.length)
    throw new Error(`${fault}\nCase ${index} of the corpus: ${fc.stringify(items[index])}`);
  const from = Math.max(0, index - known.length - inFlight);
  const again = await fc.check(
    fc.asyncProperty(cases, async (item) => {
      const found = await tryCase(target, area, item, answerWithinMs);
      if (found !== undefined) throw new Error(found);
    }),
    { seed, path: String(from), numRuns: 2 * inFlight },
  );
  const repeat = `To repeat: FUZZ_SEED=${readFuzzSeed()} npx vitest run --project slow test/slow/load/fuzz -t '${area.name}'`;
  if (again.failed && again.counterexample) {
    const { message } = again.errorInstance as Error;
    throw new Error(`${message}\n${await fc.asyncDefaultReportMessage(again)}\n${repeat}`);
  }
  // None of them fails alone.
  throw new Error(
    `${fault}\nCase ${index}, among others: ${fc.stringify(items[index])}\n${repeat}`,
  );
}

/** Sends a case, and says what is wrong with the answer or the log; undefined if nothing is. */
async function tryCase<Case>(
  target: Target,
  area: Area<Case>,
  item: Case,
  withinMs = giveUpAfterMs,
): Promise<string | undefined> {
  const { promise: late, resolve: giveUp } = Promise.withResolvers<string>();
  const timer = setTimeout(() => giveUp(`no answer within ${withinMs} ms`), withinMs);
  try {
    return await Promise.race([late, sendCase(target, area, item)]);
  } finally {
    clearTimeout(timer);
  }
}

async function sendCase<Case>(
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
