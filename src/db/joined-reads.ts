import { setImmediate as nextTurn } from 'node:timers/promises';

/** Keys of one read at most. */
const maxKeys = 1_000;

interface Waiting<Value> {
  key: string;
  resolve: (value: Value | undefined) => void;
  reject: (error: unknown) => void;
}

/**
 * Joins reads of one kind: one is under way at a time, and all that are asked for meanwhile are the next. A read always
 * begins after it was asked for, so that it sees what was written before.
 */
export function createJoinedReads<Value>(
  read: (keys: string[]) => Promise<ReadonlyMap<string, Value>>,
): (key: string) => Promise<Value | undefined> {
  let waiting: Waiting<Value>[] = [];
  let isRunning = false;

  async function readTogether(asked: readonly Waiting<Value>[]): Promise<void> {
    try {
      const found = await read([...new Set(asked.map(({ key }) => key))]);
      for (const { key, resolve } of asked) resolve(found.get(key));
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }

  async function run(): Promise<void> {
    isRunning = true;
    // What arrives in the same turn of the event loop is read together.
    await nextTurn();
    while (waiting.length > 0) {
      const asked = waiting.slice(0, maxKeys);
      waiting = waiting.slice(maxKeys);
      await readTogether(asked);
    }
    isRunning = false;
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (!isRunning) void run();
    });
}
