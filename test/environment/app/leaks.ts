import { afterAll, beforeAll, expect } from 'vitest';
import { eventually } from '../eventually.ts';

/** A socket that is being closed stays for a moment: on a full machine, a long one. */
const settlesWithinMs = 20_000;

/**
 * Fails a test file that leaves a timer, socket, server or process listener behind. Call it at the top of the file,
 * before any other hook: after-hooks run last to first, so its check comes when everything has been disposed.
 */
export function expectNoLeaks(): void {
  let before = new Map<string, number>();
  beforeAll(() => {
    before = countResources();
    // Only vitest's own timers can be running now, and they end within a moment.
    before.delete('Timeout');
    // pino flushes at exit, through one listener for all loggers.
    before.set('listener for exit', 1 + (before.get('listener for exit') ?? 0));
  });
  afterAll(() =>
    eventually(() => expect(listNew(before)).toEqual([]), { withinMs: settlesWithinMs }),
  );
}

/** Counts what keeps the process alive, and the listeners of its events, by kind. */
function countResources(): Map<string, number> {
  const counts = new Map<string, number>();
  // A request ends by itself, and vitest always has some.
  const lasting = process.getActiveResourcesInfo().filter((kind) => !/Req|^Immediate$/.test(kind));
  for (const kind of lasting) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const event of process.eventNames()) {
    counts.set(`listener for ${String(event)}`, process.listenerCount(event));
  }
  return counts;
}

function listNew(before: Map<string, number>): string[] {
  return [...countResources()]
    .map(([kind, count]) => ({ kind, more: count - (before.get(kind) ?? 0) }))
    .filter(({ more }) => more > 0)
    .map(({ kind, more }) => `${more} × ${kind}`);
}
