/** What waits for one subscriber. It is bounded: what it holds does not grow while nobody takes. */
export interface EventBuffer<Event> {
  /** The next event, once; undefined while none waits. */
  take: () => Event | undefined;
  /** Whether nothing more will come. */
  readonly isExhausted: boolean;
  /** Where a client goes on that has seen this event; undefined where there is no such place. */
  cursorOf: (event: Event) => number | undefined;
}

/**
 * The events of one subscription. Transports take them when their client can have more, and are told when there is
 * something to take; to GraphQL's own executor it is an async iterator. Ends by itself when its buffer is exhausted.
 *
 * A class because there are thousands of them, and methods that each would hold for itself cost memory.
 */
export class SourceStream<Event> implements AsyncIterableIterator<Event> {
  /** Called when there may be something to take, or the end. */
  onReadable: (() => void) | undefined;
  readonly #buffer: EventBuffer<Event>;
  #onClose: () => void;
  #isClosed = false;
  #error: Error | undefined;

  /** Calls `onClose` once, when it ends or is given up. */
  constructor(buffer: EventBuffer<Event>, onClose: () => void) {
    this.#buffer = buffer;
    this.#onClose = onClose;
    if (buffer.isExhausted) this.close();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Why it ended before its time; undefined when it did not. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Whether it has ended because all was taken. */
  get isComplete(): boolean {
    return this.#isClosed && this.#error === undefined && this.#buffer.isExhausted;
  }

  take(): Event | undefined {
    if (this.#isClosed) return undefined;
    const event = this.#buffer.take();
    // Whoever takes will look again, and need not be told.
    if (this.#buffer.isExhausted) this.#end();
    return event;
  }

  cursorOf(event: Event): number | undefined {
    return this.#buffer.cursorOf(event);
  }

  /** To be called when the buffer has something new, or is exhausted. */
  notify(): void {
    if (this.#buffer.isExhausted) this.close();
    else if (!this.#isClosed) this.onReadable?.();
  }

  fail(error: Error): void {
    if (this.#isClosed) return;
    this.#error = error;
    this.close();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#end();
    this.onReadable?.();
  }

  /** Has something more called when it ends. */
  onClosed(listener: () => void): void {
    if (this.#isClosed) return listener();
    const before = this.#onClose;
    this.#onClose = () => {
      before();
      listener();
    };
  }

  #end(): void {
    this.#isClosed = true;
    this.#onClose();
  }

  async next(): Promise<IteratorResult<Event, undefined>> {
    for (;;) {
      const value = this.take();
      if (value !== undefined) return { done: false, value };
      if (this.#error) throw this.#error;
      if (this.#isClosed) return { done: true, value: undefined };
      const { promise, resolve } = Promise.withResolvers<void>();
      this.onReadable = resolve;
      await promise;
    }
  }

  async return(): Promise<IteratorResult<Event, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
