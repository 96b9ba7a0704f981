/** Callbacks are spread over so many moments of an interval. */
const slotsPerInterval = 20;

/** One timer for all connections, while there are any. Each connection is called once an interval, not all at the same moment. */
export interface Heartbeat extends Disposable {
  /** Calls back once every interval, first an interval from now, until the returned function is called. */
  add: (beat: () => void) => () => void;
  readonly intervalMs: number;
}

export function startHeartbeat(intervalMs: number): Heartbeat {
  const wheel = Array.from({ length: slotsPerInterval }, () => new Set<() => void>());
  let current = 0;
  let connections = 0;
  let timer: NodeJS.Timeout | undefined;

  function tick(): void {
    current = (current + 1) % slotsPerInterval;
    for (const beat of wheel[current]!) beat();
  }

  function remove(callbacks: Set<() => void>, beat: () => void): void {
    if (!callbacks.delete(beat)) return;
    connections -= 1;
    if (connections > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    intervalMs,
    add: (beat) => {
      const callbacks = wheel[current]!;
      callbacks.add(beat);
      connections += 1;
      timer ??= setInterval(tick, intervalMs / slotsPerInterval);
      return () => remove(callbacks, beat);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
