import type { Logger } from './logger.ts';

/** Waits between failed runs grow up to this many intervals. */
const maxBackoff = 10;

export interface LoopOptions {
  name: string;
  run: () => Promise<void>;
  intervalMs: number;
  logger: Logger;
}

export interface Loop extends AsyncDisposable {
  /** Runs at once, or once more right after the run under way. */
  wake: () => void;
}

/** Runs at once and then at an interval, one run at a time, until disposed. A failed run is logged and tried again. */
export function startLoop({ name, run, intervalMs, logger }: LoopOptions): Loop {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isWoken = false;
  let isStopped = false;
  let failures = 0;

  async function runOnce(): Promise<void> {
    do {
      isWoken = false;
      try {
        await run();
        failures = 0;
      } catch (error) {
        failures += 1;
        logger.warn({ err: error, loop: name, failures }, 'run failed');
      }
    } while (isWoken && failures === 0 && !isStopped);
    running = undefined;
    if (!isStopped) timer = setTimeout(start, intervalMs * Math.min(failures + 1, maxBackoff));
  }

  function start(): void {
    clearTimeout(timer);
    running = runOnce();
  }

  start();
  return {
    wake: () => {
      if (isStopped) return;
      isWoken = true;
      if (!running) start();
    },
    async [Symbol.asyncDispose]() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
