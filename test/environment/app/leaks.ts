import { afterAll, beforeAll, expect } from 'vitest';
import { eventually } from '../eventually.ts';

/** Sockets of connections that are being closed take a moment. */
const settlesWithinMs = 5_000;

/**
 * Fails a test file after which a timer, socket, server or process listener of its app is left. Call it at the top of
 * the file, before any other hook: after-hooks run last to first, so that its check comes when all is disposed.
 */
export function expectNoLeaks(): void {
  let before = new Map<string, number>();
  beforeAll(() => {
    before = countResources();
    // Only vitest's own can run now, and they end within a moment: none may be left.
    before.delete('Timeout');
    // pino flushes at exit, through one listener for all loggers.
    before.set('listener for exit', 1 + (before.get('listener for exit') ?? 0));
  });
  afterAll(() =>
    eventually(() => expect(listNew(before)).toEqual([]), { withinMs: settlesWithinMs }),
  );
}

/** What keeps the process alive, and who listens to it, by kind. */
function countResources(): Map<string, number> {
  const counts = new Map<string, number>();
  // Work that ends by itself is no leak, and vitest has some of its own at any moment.
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
