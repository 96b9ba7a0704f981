/** Creates a function that runs work, so much of it at once; what comes later waits for its turn. */
export function createTurns(
  limit: number,
): <Result>(run: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (run) => {
    if (running < limit) running += 1;
    else await new Promise<void>((begin) => waiting.push(begin));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      // Who comes next takes over the place.
      if (next) next();
      else running -= 1;
    }
  };
}
