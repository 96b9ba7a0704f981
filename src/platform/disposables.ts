import { withTimeout } from './timeout.ts';
import type { Logger } from './logger.ts';

/** Time for the disposal of all parts together. */
const disposeWithinMs = 8_000;
/** Time that each part gets even after that. */
const minDisposeMs = 250;

/** What a process has opened, disposed in reverse order. A part that fails or hangs does not keep others from ending. */
export interface Disposables extends AsyncDisposable {
  use: <Part extends Disposable | AsyncDisposable>(name: string, part: Part) => Part;
  /** Adds a step with a time limit of its own. */
  defer: (name: string, end: () => unknown, withinMs: number) => void;
  /** Hands everything over, to be disposed later. */
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
    endsAt ??= performance.now() + disposeWithinMs;
    return Math.ceil(Math.max(endsAt - performance.now(), minDisposeMs));
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
