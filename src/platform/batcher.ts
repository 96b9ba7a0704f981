import { setImmediate as nextTurn } from 'node:timers/promises';

/** Items of one call at most. If a call fails and is bisected, that makes fewer than twice as many calls. */
const maxItems = 1_000;
/** Classes of SQLSTATE that blame the values that were sent: data exceptions, violated constraints, exceeded limits. */
const dataErrors = /^(22|23|54)[0-9A-Z]{3}$/;

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Joins requests of one kind into calls. One call runs at a time; the requests that arrive meanwhile make up the next one.
 * A call begins after all of its requests were made, so it sees what was written before them. Results are in the order of
 * the items. A call must be one statement, which does all or nothing: if it fails because of its values, it is bisected, and
 * fails only for the items at fault. Any other failure is passed to all requests of the call.
 */
export function createBatcher<Item, Result>(
  call: (items: Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let isRunning = false;

  async function callTogether(requests: readonly Waiting<Item, Result>[]): Promise<void> {
    const answer = async (some: readonly Waiting<Item, Result>[]) => {
      const results = await call(some.map(({ item }) => item));
      for (const [index, { resolve }] of some.entries()) resolve(results[index]!);
      return results;
    };
    try {
      await applyBisecting(requests, answer, ({ reject }, error) => reject(error));
    } catch (error) {
      // Has no effect on requests that were resolved before.
      for (const { reject } of requests) reject(error);
    }
  }

  async function run(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      // Requests of the same turn of the event loop go together.
      await nextTurn();
      const requests = waiting.slice(0, maxItems);
      waiting = waiting.slice(maxItems);
      await callTogether(requests);
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
 * Applies a statement to all items. If it fails because of their values, the list is halved, again and again, until only the
 * items at fault are left out, with which `onFault` is called; returns the results of the others. Rethrows other failures.
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

/** Joins reads by key; those that ask for the same key get the same value. */
export function createBatchedReads<Value>(
  read: (keys: string[]) => Promise<ReadonlyMap<string, Value>>,
): (key: string) => Promise<Value | undefined> {
  return createBatcher(async (keys) => {
    const found = await read([...new Set(keys)]);
    return keys.map((key) => found.get(key));
  });
}
