/** The jobs that a worker runs now. */
export interface Workload {
  readonly running: number;
  /** Counts a job as running until the result is disposed. */
  begin: () => Disposable;
  /** Resolves once no job runs. */
  whenIdle: () => Promise<void>;
}

export function createWorkload(onChange: (running: number) => void): Workload {
  let running = 0;
  const idle: (() => void)[] = [];

  function change(by: number): void {
    running += by;
    onChange(running);
    if (running === 0) for (const resolve of idle.splice(0)) resolve();
  }

  return {
    get running() {
      return running;
    },
    begin: () => {
      change(1);
      return { [Symbol.dispose]: () => change(-1) };
    },
    whenIdle: async () => {
      if (running > 0) await new Promise<void>((resolve) => idle.push(resolve));
    },
  };
}
