import type { GraphQLFormattedError } from 'graphql';
import type { LiveOperation, Payload } from '../graphql/execution/live-operation.ts';
import type { Delivery } from '../metrics.ts';
import type { Wire } from './wire.ts';

/** What a transport does with the answers of one subscription. */
export interface Outlet {
  send: (payload: Payload) => void;
  /** All is sent, or the error is the reason why not. */
  end: (error: GraphQLFormattedError | undefined) => void;
}

/**
 * Moves a subscription's events to its client as fast as that reads. While it does not, events stay in the feed, where the
 * newest wins, and nothing piles up. A class because there are thousands of them.
 */
export class Pump {
  readonly #live: LiveOperation;
  readonly #wire: Wire;
  readonly #outlet: Outlet;
  readonly #delivery: Delivery;
  #isWaiting = false;
  #isOver = false;

  constructor(live: LiveOperation, wire: Wire, delivery: Delivery, outlet: Outlet) {
    this.#live = live;
    this.#wire = wire;
    this.#outlet = outlet;
    this.#delivery = delivery;
    delivery.subscriptions += 1;
    live.feed.onReadable = () => this.#run();
    this.#run();
  }

  /** Gives the subscription up; nothing more is sent. */
  stop(): void {
    this.#finish();
    this.#live.feed.close();
  }

  #run(): void {
    const { feed } = this.#live;
    while (!this.#isWaiting && !this.#isOver) {
      if (!this.#wire.isReady) return this.#pauseUntilRead();
      const event = feed.take();
      if (event === undefined) return feed.isClosed ? this.#end() : undefined;
      const payload = this.#live.toPayload(event);
      if (payload instanceof Promise) this.#pauseUntilMade(payload);
      else this.#send(payload);
    }
  }

  #send(payload: Payload): void {
    this.#outlet.send(payload);
    this.#delivery.sent += 1;
    if (payload.changedAt !== undefined) this.#delivery.written(payload.changedAt);
  }

  #finish(): void {
    if (!this.#isOver) this.#delivery.subscriptions -= 1;
    this.#isOver = true;
  }

  #pauseUntilRead(): void {
    this.#isWaiting = true;
    this.#wire.whenReady(() => this.#resume());
  }

  #pauseUntilMade(payload: Promise<Payload>): void {
    this.#isWaiting = true;
    payload.then(
      (made) => {
        if (!this.#isOver) this.#send(made);
        this.#resume();
      },
      (error: Error) => {
        this.#isWaiting = false;
        // Its client is told why, as of any other end before the time.
        this.#live.feed.fail(error);
      },
    );
  }

  #resume(): void {
    this.#isWaiting = false;
    this.#run();
  }

  #end(): void {
    this.#finish();
    const { feed, explain } = this.#live;
    this.#outlet.end(feed.error && explain(feed.error));
  }
}
