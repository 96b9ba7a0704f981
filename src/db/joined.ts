import { setImmediate as nextTurn } from 'node:timers/promises';

/** Items of one call at most. */
const maxItems = 1_000;

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Joins calls of one kind: one is under way at a time, and all that is asked for meanwhile is the next. A call always
 * begins after it was asked for, so that it sees what was written before. Results are in the order of the items; when a
 * call fails, it fails for all who are in it.
 */
export function createJoined<Item, Result>(
  call: (items: Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let isRunning = false;

  async function callTogether(asked: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await call(asked.map(({ item }) => item));
      for (const [index, { resolve }] of asked.entries()) resolve(results[index]!);
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  async function run(): Promise<void> {
    isRunning = true;
    // What arrives in the same turn of the event loop goes together.
    await nextTurn();
    while (waiting.length > 0) {
      const asked = waiting.slice(0, maxItems);
      waiting = waiting.slice(maxItems);
      await callTogether(asked);
    }
    isRunning = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isRunning) void run();
    });
}

/** Joins reads by key; those who ask for the same are given the same. */
export function createJoinedReads<Value>(
  read: (keys: string[]) => Promise<ReadonlyMap<string, Value>>,
): (key: string) => Promise<Value | undefined> {
  return createJoined(async (keys) => {
    const found = await read([...new Set(keys)]);
    return keys.map((key) => found.get(key));
  });
}
