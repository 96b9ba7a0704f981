import { setImmediate as nextTurn } from 'node:timers/promises';

/** Items of one call at most. Taken apart, they make fewer than twice as many calls. */
const maxItems = 1_000;
/** Classes of SQLSTATE that speak of what was sent: data exceptions, violated constraints, values beyond a limit. */
const dataErrors = /^(22|23|54)[0-9A-Z]{3}$/;

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Joins calls of one kind: one is under way at a time, and all that is asked for meanwhile is the next. A call always
 * begins after it was asked for, so that it sees what was written before. Results are in the order of the items. A call
 * that fails on what it was given is taken apart until it fails for those alone whose items are at fault: it must be one
 * statement, which does all or nothing. Any other failure is that of all who are in it.
 */
export function createBatcher<Item, Result>(
  call: (items: Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let isRunning = false;

  async function callTogether(asked: readonly Waiting<Item, Result>[]): Promise<void> {
    const answer = async (some: readonly Waiting<Item, Result>[]) => {
      const results = await call(some.map(({ item }) => item));
      for (const [index, { resolve }] of some.entries()) resolve(results[index]!);
      return results;
    };
    try {
      await applyBisecting(asked, answer, ({ reject }, error) => reject(error));
    } catch (error) {
      // To those who have their result this says nothing.
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

/**
 * Does for all items what does all or nothing. When it fails on what it was given, it is taken apart, in halves, one after
 * the other, until it fails for those alone that are at fault; what came of the others is returned. Any other failure is
 * thrown.
 */
export async function applyBisecting<Item, Result>(
  items: readonly Item[],
  apply: (items: readonly Item[]) => Promise<readonly Result[]>,
  onFault: (item: Item, error: unknown) => void,
): Promise<Result[]> {
  try {
    return [...(await apply(items))];
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (items.length === 1) {
      onFault(items[0]!, error);
      return [];
    }
    const middle = Math.ceil(items.length / 2);
    const first = await applyBisecting(items.slice(0, middle), apply, onFault);
    return [...first, ...(await applyBisecting(items.slice(middle), apply, onFault))];
  }
}

function isDataError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && dataErrors.test(String(error.code));
}

/** Joins reads by key; those who ask for the same are given the same. */
export function createBatchedReads<Value>(
  read: (keys: string[]) => Promise<ReadonlyMap<string, Value>>,
): (key: string) => Promise<Value | undefined> {
  return createBatcher(async (keys) => {
    const found = await read([...new Set(keys)]);
    return keys.map((key) => found.get(key));
  });
}
