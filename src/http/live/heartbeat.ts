/** Callbacks are spread over so many moments of an interval. */
const slotsPerInterval = 20;

/** One timer for all connections. Each connection is called once an interval, not all at the same moment. */
export interface Heartbeat extends Disposable {
  /** Calls back once every interval, first an interval from now, until the returned function is called. */
  add: (beat: () => void) => () => void;
  readonly intervalMs: number;
}

export function startHeartbeat(intervalMs: number): Heartbeat {
  const wheel = Array.from({ length: slotsPerInterval }, () => new Set<() => void>());
  let current = 0;
  const timer = setInterval(() => {
    current = (current + 1) % slotsPerInterval;
    for (const beat of wheel[current]!) beat();
  }, intervalMs / slotsPerInterval);

  return {
    intervalMs,
    add: (beat) => {
      const callbacks = wheel[current]!;
      callbacks.add(beat);
      return () => callbacks.delete(beat);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
