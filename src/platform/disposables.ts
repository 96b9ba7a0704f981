import { withTimeout } from './timeout.ts';
import type { Logger } from './logger.ts';

/** Time for all parts together, from when the first of them begins to end. */
const endWithinMs = 8_000;
/** Time that the last ones have even so. */
const leastMs = 250;

/** What a process has opened. It ends in reverse, all of it: a part that fails or hangs keeps no other from ending. */
export interface Disposables extends AsyncDisposable {
  use: <Part extends Disposable | AsyncDisposable>(name: string, part: Part) => Part;
  /** What ends so has a time of its own, which counts against nobody else's. */
  defer: (name: string, end: () => unknown, withinMs: number) => void;
  /** Hands all of it over, to be ended later. */
  move: () => AsyncDisposable;
}

export function createDisposables(logger: Logger): Disposables {
  const stack = new AsyncDisposableStack();
  let endsAt: number | undefined;

  async function end(part: string, work: () => unknown, withinMs: number): Promise<void> {
    try {
      await withTimeout(Promise.try(work), withinMs);
    } catch (error) {
      logger.warn({ err: error, part }, 'a part of the process did not end in order');
    }
  }

  function leftMs(): number {
    endsAt ??= performance.now() + endWithinMs;
    return Math.ceil(Math.max(endsAt - performance.now(), leastMs));
  }

  return {
    use: (name, part) => {
      stack.defer(() => end(name, () => dispose(part), leftMs()));
      return part;
    },
    defer: (name, work, withinMs) => stack.defer(() => end(name, work, withinMs)),
    move: () => stack.move(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function dispose(part: Disposable | AsyncDisposable): unknown {
  return Symbol.asyncDispose in part ? part[Symbol.asyncDispose]() : part[Symbol.dispose]();
}
