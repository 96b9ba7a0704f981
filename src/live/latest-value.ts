import type { Slot } from './feed.ts';

/** The slot of a value of which only the present one counts. */
export class LatestValue<Value> implements Slot<Value> {
  readonly isExhausted = false;
  #waiting: Value | undefined;

  offer(value: Value): void {
    this.#waiting = value;
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
