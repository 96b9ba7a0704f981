import type { PositionRange } from '../jobs/rows/position-ranges.ts';

/**
 * The positions of a queue are read in windows: the first has 20 positions, and each that follows makes the whole a tenth
 * longer. Positions behind the last window are not sent until their jobs have moved up to it.
 */
const windowEnds = listWindowEnds({ first: 20, growth: 1.1, last: 200_000 });
/** A window is read again after so long for each position up to its end: the hundredth is read once a second. */
const intervalMsPerPosition = 10;
/** The shortest interval. It is below the one second between two calls, as timers are not exact. */
const minIntervalMs = 900;

/** When each window of a queue was last read, by its end. */
type ReadTimes = Map<number, number>;

/**
 * The windows that are due, with adjacent ones merged. Read times of queues that are not named are forgotten. A queue that
 * nobody watched before is not due at once, as its positions have just been sent.
 */
export function dueSpans(
  types: ReadonlySet<string>,
  readAt: Map<string, ReadTimes>,
  now: number,
): PositionRange[] {
  for (const type of readAt.keys()) if (!types.has(type)) readAt.delete(type);
  return [...types].flatMap((type) => {
    const times = readAt.get(type) ?? new Map(windowEnds.map((end) => [end, now - minIntervalMs]));
    readAt.set(type, times);
    return dueSpansOf(type, times, now);
  });
}

function dueSpansOf(type: string, times: ReadTimes, now: number): PositionRange[] {
  const spans: PositionRange[] = [];
  let after = 0;
  for (const upTo of windowEnds) {
    if (now - times.get(upTo)! >= Math.max(minIntervalMs, upTo * intervalMsPerPosition)) {
      times.set(upTo, now);
      const before = spans.at(-1);
      if (before?.upTo === after) before.upTo = upTo;
      else spans.push({ type, after, upTo });
    }
    after = upTo;
  }
  return spans;
}

function listWindowEnds({ first, growth, last }: Record<'first' | 'growth' | 'last', number>) {
  const ends = [first];
  while (ends.at(-1)! < last) ends.push(Math.ceil(ends.at(-1)! * growth));
  return ends;
}
