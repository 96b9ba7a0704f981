import type { PlaceSpan } from '../jobs/positions.ts';

/**
 * The windows that queues are looked at in: the first 20 places, and then each a tenth longer than all before it. Places
 * further back than the last window are told when their jobs have come that near.
 */
const windowEnds = listWindowEnds({ first: 20, growth: 1.1, last: 200_000 });
/** A window is looked at after so many ms for each of its places: a second for the first hundred, and so on. */
const lookMsPerPlace = 10;
/** How often it is asked which windows are due, a little less: loops do not come to the millisecond. */
const tickMs = 900;

/** When each window of a queue was looked at last, by its end. */
type LookTimes = Map<number, number>;

/**
 * The windows whose turn it is, those side by side as one; of other queues, it forgets when they were looked at. A window
 * that nobody watched before has its first turn when its time has passed: places have just been told.
 */
export function dueSpans(
  types: ReadonlySet<string>,
  lookedAt: Map<string, LookTimes>,
  now: number,
): PlaceSpan[] {
  for (const type of lookedAt.keys()) if (!types.has(type)) lookedAt.delete(type);
  return [...types].flatMap((type) => {
    const times = lookedAt.get(type) ?? new Map(windowEnds.map((end) => [end, now - tickMs]));
    lookedAt.set(type, times);
    return dueSpansOf(type, times, now);
  });
}

function dueSpansOf(type: string, times: LookTimes, now: number): PlaceSpan[] {
  const spans: PlaceSpan[] = [];
  let after = 0;
  for (const upTo of windowEnds) {
    if (now - times.get(upTo)! >= Math.max(tickMs, upTo * lookMsPerPlace)) {
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
