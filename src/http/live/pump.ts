import type { GraphQLFormattedError } from 'graphql';
import { NotFoundError } from '../../errors.ts';
import type { OpenSubscription, Payload } from '../../graphql/execution/shared-subscriptions.ts';
import type { Delivery } from '../../metrics/metrics.ts';
import type { SocketWriter } from './socket-writer.ts';

/** What a transport does with the answers of one subscription. */
export interface Sink {
  send: (payload: Payload) => void;
  /** What was watched is over; the error is the last that is to be told of it. */
  end: (error: GraphQLFormattedError | undefined) => void;
  /** It ends before its time: the client is to come back, and must not take it for the end. */
  break: (reason: GraphQLFormattedError) => void;
}

/** Whether an error says that there is nothing more to watch: the job is not there any more, as it has changed hands. */
function isAnswer(error: Error): boolean {
  return error instanceof NotFoundError;
}

/**
 * Moves a subscription's events to its client as fast as that reads. While it does not, events stay in the source, where the
 * newest wins, and nothing piles up. A class because there are thousands of them.
 */
export class Pump {
  readonly #live: OpenSubscription;
  readonly #writer: SocketWriter;
  readonly #outlet: Sink;
  readonly #delivery: Delivery;
  #isWaiting = false;
  #isOver = false;

  constructor(live: OpenSubscription, writer: SocketWriter, delivery: Delivery, outlet: Sink) {
    this.#live = live;
    this.#writer = writer;
    this.#outlet = outlet;
    this.#delivery = delivery;
    delivery.subscriptions += 1;
    live.source.onReadable = () => this.#run();
    this.#run();
  }

  /** Gives the subscription up; nothing more is sent. */
  stop(): void {
    this.#finish();
    this.#live.source.close();
  }

  #run(): void {
    const { source } = this.#live;
    while (!this.#isWaiting && !this.#isOver) {
      if (!this.#writer.isReady) return this.#pauseUntilRead();
      const event = source.take();
      if (event === undefined) return source.isClosed ? this.#end() : undefined;
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
    this.#writer.whenReady(() => this.#resume());
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
        this.#live.source.fail(error);
      },
    );
  }

  #resume(): void {
    this.#isWaiting = false;
    this.#run();
  }

  #end(): void {
    this.#finish();
    const { source, explain } = this.#live;
    if (source.isComplete) return this.#outlet.end(undefined);
    const error = source.error ?? new Error('a source was closed before its end');
    if (isAnswer(error)) this.#outlet.end(explain(error));
    else this.#outlet.break(explain(error));
  }
}
