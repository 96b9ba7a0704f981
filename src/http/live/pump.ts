import type { GraphQLFormattedError } from 'graphql';
import { NotFoundError } from '../../errors.ts';
import type { OpenSubscription, Payload } from '../../graphql/execution/shared-subscriptions.ts';
import type { Delivery } from '../../metrics/metrics.ts';
import type { SocketWriter } from './socket-writer.ts';

/** Where a transport sends the payloads of one subscription. */
export interface Sink {
  send: (payload: Payload) => void;
  /** The subscription is complete. If there is an error, it is the last thing to send. */
  end: (error: GraphQLFormattedError | undefined) => void;
  /** The subscription ended early. The client must not take that for the end, and should reconnect. */
  break: (reason: GraphQLFormattedError) => void;
}

/** Whether an error means that there is nothing more to watch, as the viewer may not see the job any more. */
function isFinalError(error: Error): boolean {
  return error instanceof NotFoundError;
}

/**
 * Moves a subscription's events to its client as fast as the client reads. Until then events stay in the source stream, which
 * coalesces them. It is a class because there are thousands of them.
 */
export class Pump {
  readonly #subscription: OpenSubscription;
  readonly #writer: SocketWriter;
  readonly #sink: Sink;
  readonly #delivery: Delivery;
  #isPaused = false;
  #isFinished = false;

  constructor(
    subscription: OpenSubscription,
    writer: SocketWriter,
    delivery: Delivery,
    sink: Sink,
  ) {
    this.#subscription = subscription;
    this.#writer = writer;
    this.#sink = sink;
    this.#delivery = delivery;
    delivery.subscriptions += 1;
    subscription.source.onReadable = () => this.#run();
    this.#run();
  }

  /** Ends the subscription; nothing more is sent. */
  stop(): void {
    this.#finish();
    this.#subscription.source.close();
  }

  #run(): void {
    const { source } = this.#subscription;
    while (!this.#isPaused && !this.#isFinished) {
      if (!this.#writer.canWrite) return this.#pauseUntilDrained();
      const event = source.take();
      if (event === undefined) return source.isClosed ? this.#end() : undefined;
      const payload = this.#subscription.toPayload(event);
      if (payload instanceof Promise) this.#pauseUntilExecuted(payload);
      else this.#send(payload);
    }
  }

  #send(payload: Payload): void {
    this.#sink.send(payload);
    this.#delivery.sent += 1;
    if (payload.changedAt !== undefined) this.#delivery.written(payload.changedAt);
  }

  #finish(): void {
    if (!this.#isFinished) this.#delivery.subscriptions -= 1;
    this.#isFinished = true;
  }

  #pauseUntilDrained(): void {
    this.#isPaused = true;
    this.#writer.onceDrained(() => this.#resume());
  }

  #pauseUntilExecuted(payload: Promise<Payload>): void {
    this.#isPaused = true;
    payload.then(
      (executed) => {
        if (!this.#isFinished) this.#send(executed);
        this.#resume();
      },
      (error: Error) => {
        this.#isPaused = false;
        this.#subscription.source.fail(error);
      },
    );
  }

  #resume(): void {
    this.#isPaused = false;
    this.#run();
  }

  #end(): void {
    this.#finish();
    const { source, toClientError } = this.#subscription;
    if (source.isComplete) return this.#sink.end(undefined);
    const error = source.error ?? new Error('The source stream was closed before its end.');
    if (isFinalError(error)) this.#sink.end(toClientError(error));
    else this.#sink.break(toClientError(error));
  }
}
