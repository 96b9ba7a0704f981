import type { SparkStep } from '../controls/sparkline.tsx';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export const spans = {
  hour: { stepMs: 2 * minute, steps: 30 },
  day: { stepMs: hour, steps: 24 },
  week: { stepMs: 6 * hour, steps: 28 },
  month: { stepMs: day, steps: 30 },
} as const;
export type Span = keyof typeof spans;

/** The shortest span that has all of these times; the longest one if none has. */
export function findSpan(times: readonly number[], now: number): Span {
  const oldest = Math.min(now, ...times);
  const names = Object.keys(spans) as Span[];
  return (
    names.find((name) => now - oldest < spans[name].stepMs * (spans[name].steps - 1)) ?? 'month'
  );
}

/** How many of these times fall into each step of a span that ends now. */
export function countSteps(times: readonly number[], span: Span, now: number): SparkStep[] {
  const { stepMs, steps } = spans[span];
  const last = Math.floor(now / stepMs);
  const counts = new Map<number, number>();
  for (const time of times) {
    const step = Math.floor(time / stepMs);
    counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  return Array.from({ length: steps }, (_step, index) => {
    const step = last - steps + 1 + index;
    return { at: step * stepMs, failed: counts.get(step) ?? 0 };
  });
}
