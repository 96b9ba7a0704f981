/** After a read that has failed, in ms. */
const retryMs = 1_000;
/** Ids that one read asks for. */
const maxIds = 100;

export interface CatchUpOptions {
  /** Asks whether these jobs are still so. */
  reread: (ids: readonly string[]) => Promise<void>;
  /**
   * Reads the newest page, or the one after a cursor. Returns the cursor of the next one, or undefined if this one reaches down
   * to the job, or there are no more.
   */
  readDown: (id: string, after: string | null) => Promise<string | undefined>;
  /** It has begun, or has read everything. */
  onChange: () => void;
}

/** Reads what a stream has not sent, one page at a time, each until it succeeds: nothing else finds what is missing then. */
export interface CatchUp {
  reread: (ids: readonly string[]) => void;
  /** Reads from the newest job down to this one. */
  refill: (id: string) => void;
  isBusy: () => boolean;
  close: () => void;
}

export function createCatchUp({ reread, readDown, onChange }: CatchUpOptions): CatchUp {
  // However often it is asked for something while the network fails, it is read once.
  const ids = new Set<string>();
  let lowest: string | undefined;
  let isBusy = false;
  let isClosed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function persist<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
    while (!isClosed) {
      try {
        return await read();
      } catch {
        await new Promise((resolve) => {
          timer = setTimeout(resolve, retryMs);
        });
      }
    }
    return undefined;
  }

  async function refillTo(id: string): Promise<void> {
    let after: string | null | undefined = null;
    while (after !== undefined && !isClosed) {
      const from: string | null = after;
      after = await persist(() => readDown(id, from));
    }
  }

  async function rereadSome(): Promise<void> {
    const some = [...ids].slice(0, maxIds);
    for (const id of some) ids.delete(id);
    await persist(() => reread(some));
  }

  async function run(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    onChange();
    while (!isClosed && (lowest !== undefined || ids.size > 0)) {
      const id = lowest;
      lowest = undefined;
      await (id === undefined ? rereadSome() : refillTo(id));
    }
    isBusy = false;
    onChange();
  }

  return {
    reread: (more) => {
      for (const id of more) ids.add(id);
      if (ids.size > 0) void run();
    },
    refill: (id) => {
      if (lowest === undefined || id < lowest) lowest = id;
      void run();
    },
    isBusy: () => isBusy,
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
