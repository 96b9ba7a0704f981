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
  const longestMs = missedPings * intervalMs;
  let heardAt = Date.now();
  let pingedAt = heardAt;
  /** It was silent for too long, or nearly, at the last check too. */
  let isSuspect = false;
  const timer = setInterval(check, intervalMs / 2);

  function check(): void {
    const now = Date.now();
    const silentMs = now - heardAt;
    // In a page that was busy or asleep, timers run before what has arrived meanwhile is heard.
    if (isSuspect && silentMs > longestMs) return die();
    isSuspect = silentMs > longestMs - intervalMs / 2;
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
      heardAt = Date.now();
    },
    probe: () => {
      const now = Date.now();
      // After sleep it may have been too long already.
      if (now - heardAt > longestMs) return die();
      if (!ping) return;
      heardAt = Math.min(heardAt, now + intervalMs - longestMs);
      ping();
    },
    stop: () => clearInterval(timer),
  };
}
