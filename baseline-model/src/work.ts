import { setImmediate } from 'node:timers/promises';

/** The context of a running call: progress, log lines for the caller, and an abort signal. */
export interface Work {
  signal: AbortSignal;
  /** Reports progress (0 to 1), lets other requests run, and throws once the signal is aborted. */
  step: (progress: number, stage: string) => Promise<void>;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
}

export interface StepRange {
  from: number;
  to: number;
  stage: string;
}

/** Progress reports of one loop: enough for a moving bar, few enough for a 3-hour transcript. */
const stepsPerLoop = 6;
/** Other requests run at least this often. */
const maxBlockMs = 20;

/** Lets other requests run whenever 20 ms have passed; throws once the signal is aborted. */
export function createTurns({ signal }: Pick<Work, 'signal'>): () => Promise<void> {
  let turnBegan = performance.now();
  return async () => {
    if (performance.now() - turnBegan < maxBlockMs) return;
    await setImmediate(undefined, { signal });
    turnBegan = performance.now();
  };
}

/** Maps every item, reporting evenly over the range; however short the list, it reports the full number of steps. */
export async function mapInSteps<Item, Result>(
  items: readonly Item[],
  range: StepRange,
  work: Work,
  map: (item: Item, index: number) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  const takeTurn = createTurns(work);
  for (let step = 1; step <= stepsPerLoop; step += 1) {
    const end = Math.ceil((items.length * step) / stepsPerLoop);
    while (results.length < end) {
      const index = results.length;
      results.push(map(items[index] as Item, index));
      await takeTurn();
    }
    await work.step(range.from + ((range.to - range.from) * step) / stepsPerLoop, range.stage);
  }
  return results;
}
