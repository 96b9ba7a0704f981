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
      if (asked.length > 1 && isDataError(error)) return callApart(asked);
      for (const { reject } of asked) reject(error);
    }
  }

  /** In halves, one after the other: few are at fault, and the others are found with few calls. */
  async function callApart(asked: readonly Waiting<Item, Result>[]): Promise<void> {
    const middle = Math.ceil(asked.length / 2);
    await callTogether(asked.slice(0, middle));
    await callTogether(asked.slice(middle));
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

function isDataError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && dataErrors.test(String(error.code));
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
