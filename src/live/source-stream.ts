/** Where a client resumes; what it means, its subscription alone knows. */
export type Cursor = number | string;

/** The events that wait for one subscriber. A buffer is bounded: it coalesces or reads later, but never grows without end. */
export interface EventBuffer<Event> {
  /** Takes out the next event; undefined while there is none. */
  take: () => Event | undefined;
  /** Whether nothing more will come. */
  readonly isExhausted: boolean;
  /** The cursor after which a client that has this event resumes; undefined if the subscription has no cursors. */
  cursorOf: (event: Event) => Cursor | undefined;
}

/**
 * The source stream of one GraphQL subscription. Transports call `take` while their client can receive, and `onReadable` tells
 * them when to try again. For GraphQL's own executor it is an async iterator. It ends by itself when its buffer is exhausted.
 *
 * It is a class because there are thousands of them, and methods in closures would cost memory for each.
 */
export class SourceStream<Event> implements AsyncIterableIterator<Event> {
  /** Called when there may be an event to take, and when the stream ends. */
  onReadable: (() => void) | undefined;
  readonly #buffer: EventBuffer<Event>;
  #onClose: () => void;
  #isClosed = false;
  #error: Error | undefined;

  /** Calls `onClose` once, when the stream ends for whatever reason. */
  constructor(buffer: EventBuffer<Event>, onClose: () => void) {
    this.#buffer = buffer;
    this.#onClose = onClose;
    if (buffer.isExhausted) this.close();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The error that ended it early, if one did. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Whether it ended because every event was taken. */
  get isComplete(): boolean {
    return this.#isClosed && this.#error === undefined && this.#buffer.isExhausted;
  }

  take(): Event | undefined {
    if (this.#isClosed) return undefined;
    const event = this.#buffer.take();
    // The caller checks for the end itself, so it is not notified.
    if (this.#buffer.isExhausted) this.#end();
    return event;
  }

  cursorOf(event: Event): Cursor | undefined {
    return this.#buffer.cursorOf(event);
  }

  /** Must be called when the buffer has a new event, or is exhausted. */
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

  /** Adds a listener for the end. */
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

/** What happened to updates and subscriptions since the process began. */
export interface SubscriptionCounts {
  /** Updates that a newer one replaced before their client had read them. */
  coalesced: number;
  /** Subscriptions that were ended because their client fell too far behind. */
  dropped: number;
  /** Subscriptions that resumed from a client's cursor. */
  resumes: number;
}
