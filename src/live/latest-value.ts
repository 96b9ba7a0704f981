import { isDeepStrictEqual } from 'node:util';
import type { EventBuffer } from './source-stream.ts';

/** The buffer of a value of which only the present one counts. */
export class ValueBuffer<Value> implements EventBuffer<Value> {
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
