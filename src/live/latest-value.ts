import { isDeepStrictEqual } from 'node:util';
import type { Slot } from './source-stream.ts';

/** The slot of a value of which only the present one counts. */
export class LatestValue<Value> implements Slot<Value> {
  readonly isExhausted = false;
  #newest: Value | undefined;
  #waiting: Value | undefined;

  /** Takes a value if it is not the one before, and says whether it was. */
  offer(value: Value): boolean {
    if (isDeepStrictEqual(value, this.#newest)) return false;
    this.#newest = value;
    this.#waiting = value;
    return true;
  }

  take(): Value | undefined {
    const value = this.#waiting;
    this.#waiting = undefined;
    return value;
  }

  cursorOf(): undefined {
    return undefined;
  }
}
