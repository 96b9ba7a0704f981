/** Beats are spread over so many moments of an interval. */
const spokes = 20;

/** One timer for all connections: each is called once an interval, not all at the same moment. */
export interface Heartbeat extends Disposable {
  /** Calls back an interval from now, and then once every interval, until the returned function is called. */
  add: (beat: () => void) => () => void;
  readonly intervalMs: number;
}

export function startHeartbeat(intervalMs: number): Heartbeat {
  const wheel = Array.from({ length: spokes }, () => new Set<() => void>());
  let current = 0;
  const timer = setInterval(() => {
    current = (current + 1) % spokes;
    for (const beat of wheel[current]!) beat();
  }, intervalMs / spokes);

  return {
    intervalMs,
    add: (beat) => {
      const spoke = wheel[current]!;
      spoke.add(beat);
      return () => spoke.delete(beat);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
