import { createFaultLog } from './fault-log.ts';
import type { Logger } from './logger.ts';
import { untilSharedTick } from './shared-ticks.ts';

/**
 * The pause after a run that failed, was left out or has more to do is the interval, at most this; it grows by as much with
 * each further failure, up to the longest. So loops with an interval of an hour also resume soon after an outage.
 */
const firstRetryMs = 1_000;
const longestRetryMs = 3_000;

export interface LoopOptions {
  name: string;
  /** Resolves to 'incomplete' if something could not be done now and should be tried again soon. */
  run: () => Promise<void | 'incomplete'>;
  intervalMs: number;
  /** While it says false, runs are left out, and tried again soon; absent: it says true. */
  mayRun?: (() => boolean) | undefined;
  logger: Logger;
}

export interface Loop extends AsyncDisposable {
  /** Runs now, or once more right after the current run. */
  wake: () => void;
}

/** Runs at once and then at an interval, one run at a time, until disposed. Failed runs are logged and tried again. */
export function startLoop(options: LoopOptions): Loop {
  const { name, run, intervalMs, mayRun = () => true, logger } = options;
  const faults = createFaultLog({ logger: logger.child({ loop: name }), message: 'run failed' });
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isWoken = false;
  let isStopped = false;
  let isIncomplete = false;
  let failures = 0;

  function pauseMs(): number {
    if (failures === 0 && !isIncomplete) return untilSharedTick(intervalMs);
    return Math.min(Math.max(1, failures) * Math.min(intervalMs, firstRetryMs), longestRetryMs);
  }

  async function runOnce(): Promise<void> {
    do {
      isWoken = false;
      try {
        isIncomplete = !mayRun() || (await run()) === 'incomplete';
        if (failures > 0) faults.clear();
        failures = 0;
      } catch (error) {
        failures += 1;
        faults.report(error, { failures });
      }
    } while (isWoken && failures === 0 && !isStopped);
    running = undefined;
    if (!isStopped) timer = setTimeout(start, pauseMs());
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
