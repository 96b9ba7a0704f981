import type { SparkStep } from '../controls/sparkline.tsx';
import type { QueueDetails } from './assess.ts';

const minuteMs = 60_000;

/** The history as it is now: it was asked for when something last happened, and nothing has happened since. */
export function slideHistory(history: QueueDetails['history'], now: number): SparkStep[] {
  const last = history.at(-1);
  if (!last) return [];
  const known = new Map(history.map((minute) => [Date.parse(minute.at), minute]));
  const end = Date.parse(last.at);
  const passed = Math.max(0, Math.floor((now - end) / minuteMs));
  return history.map((_minute, index) => {
    const at = end + (passed - history.length + 1 + index) * minuteMs;
    const { completed = 0, failed = 0 } = known.get(at) ?? {};
    return { at, completed, failed };
  });
}
