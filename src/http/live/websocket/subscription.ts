import type { FormattedExecutionResult } from 'graphql';
import type { WebSocket } from 'ws';
import type { OpenSubscription, Payload } from '../../../graphql/execution/shared-subscriptions.ts';
import type { Delivery } from '../../../metrics/metrics.ts';
import { toInterruption } from './close-codes.ts';
import { Pump } from '../pump.ts';
import { frameOf } from '../stream-format.ts';
import { toTextFrame } from './text-frame.ts';
import type { SocketWriter } from '../socket-writer.ts';

/** A client's connection. */
export interface SocketConnection {
  socket: WebSocket;
  writer: SocketWriter;
  delivery: Delivery;
}

/**
 * A subscription over a WebSocket. For graphql-ws it is an iterator that yields an error at most, and ends. Payloads bypass
 * graphql-ws and are written to the socket directly, so that equal subscriptions share the serialized message.
 */
export class SocketSubscription implements AsyncIterableIterator<FormattedExecutionResult> {
  readonly #subscription: OpenSubscription;
  readonly #socket: WebSocket;
  readonly #writer: SocketWriter;
  readonly #head: Buffer;
  readonly #delivery: Delivery;
  #pump: Pump | undefined;
  #finish: ((result: FormattedExecutionResult | undefined) => void) | undefined;
  #isFinished = false;

  constructor(
    subscription: OpenSubscription,
    id: string,
    { socket, writer, delivery }: SocketConnection,
  ) {
    this.#subscription = subscription;
    this.#socket = socket;
    this.#writer = writer;
    this.#delivery = delivery;
    this.#head = Buffer.from(`{"id":${JSON.stringify(id)},`);
  }

  async next(): Promise<IteratorResult<FormattedExecutionResult, undefined>> {
    if (this.#isFinished) return { done: true, value: undefined };
    const { promise, resolve } = Promise.withResolvers<FormattedExecutionResult | undefined>();
    this.#finish = resolve;
    this.#pump ??= new Pump(this.#subscription, this.#writer, this.#delivery, {
      send: (payload) => this.#send(frameOf(payload, toTail)),
      end: (error) => this.#end(error && { errors: [error] }),
      // Closing the socket ends the iterator too.
      break: (reason) => this.#socket.close(...toInterruption(reason)),
    });
    const error = await promise;
    return error ? { done: false, value: error } : { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<FormattedExecutionResult, undefined>> {
    if (this.#pump) this.#pump.stop();
    else this.#subscription.source.close();
    this.#end(undefined);
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #send(tail: Buffer): void {
    if (this.#socket.readyState === this.#socket.OPEN) {
      this.#writer.write(toTextFrame(this.#head, tail));
    }
  }

  #end(error: FormattedExecutionResult | undefined): void {
    this.#isFinished = true;
    this.#finish?.(error);
  }
}

/** A message without its beginning, which has the id of the client's operation. */
function toTail({ json }: Payload): Buffer {
  return Buffer.from(`"type":"next","payload":${json}}`);
}
