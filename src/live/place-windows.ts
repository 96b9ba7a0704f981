import type { PositionRange } from '../jobs/rows/positions.ts';

/**
 * The windows in which the places of a queue are read: the first 20 places, and then each a tenth longer than all before it.
 * Places beyond the last window are not sent until their jobs have come that near.
 */
const windowEnds = listWindowEnds({ first: 20, growth: 1.1, last: 200_000 });
/** A window is read again after this time for each place up to its end: a second for the first hundred, and so on. */
const readMsPerPlace = 10;
/** A little less than the interval at which due windows are asked for: loops do not run to the millisecond. */
const tickMs = 900;

/** When each window of a queue was last read, by its end. */
type ReadTimes = Map<number, number>;

/**
 * The windows that are due, adjacent ones as one; read times of other queues are forgotten. A queue that nobody watched
 * before is not due at once, as its places have just been sent.
 */
export function dueSpans(
  types: ReadonlySet<string>,
  readAt: Map<string, ReadTimes>,
  now: number,
): PositionRange[] {
  for (const type of readAt.keys()) if (!types.has(type)) readAt.delete(type);
  return [...types].flatMap((type) => {
    const times = readAt.get(type) ?? new Map(windowEnds.map((end) => [end, now - tickMs]));
    readAt.set(type, times);
    return dueSpansOf(type, times, now);
  });
}

function dueSpansOf(type: string, times: ReadTimes, now: number): PositionRange[] {
  const spans: PositionRange[] = [];
  let after = 0;
  for (const upTo of windowEnds) {
    if (now - times.get(upTo)! >= Math.max(tickMs, upTo * readMsPerPlace)) {
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
