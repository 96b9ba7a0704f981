/** Pings that may be missing before a connection is taken as dead. */
export const missedPings = 2.5;
/** How often a server says something, unless it is set otherwise, in ms. */
export const usualPingMs = 10_000;

/** Aborts with `signal`, and once an answer is late by the same measure: fetch waits for minutes before it gives up. */
export function expectAnswer(signal: AbortSignal, intervalMs = usualPingMs): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(missedPings * intervalMs)]);
}

export interface Watchdog {
  /** Something has arrived. */
  heard: () => void;
  /** Asks now, and expects an answer within one interval. */
  probe: () => void;
  stop: () => void;
}

/** Calls `onDead` once nothing has arrived for 2.5 intervals; a half-open connection tells nobody that it is dead. */
export function startWatchdog(
  intervalMs = usualPingMs,
  { ping, onDead }: { ping?: (() => void) | undefined; onDead: () => void },
): Watchdog {
  let deadline = Date.now() + missedPings * intervalMs;
  const timer = setInterval(check, intervalMs / 2);
  let pingedAt = Date.now();

  function check(): void {
    const now = Date.now();
    if (now > deadline) return die();
    if (!ping || now - pingedAt < intervalMs) return;
    pingedAt = now;
    ping();
  }

  function die(): void {
    clearInterval(timer);
    onDead();
  }

  return {
    heard: () => {
      deadline = Date.now() + missedPings * intervalMs;
    },
    probe: () => {
      // After sleep the deadline may have passed already.
      if (Date.now() > deadline) return die();
      if (!ping) return;
      deadline = Math.min(deadline, Date.now() + intervalMs);
      ping();
    },
    stop: () => clearInterval(timer),
  };
}
