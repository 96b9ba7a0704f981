import type { FormattedExecutionResult } from 'graphql';
import type { WebSocket } from 'ws';
import type { OpenSubscription, Payload } from '../../../graphql/execution/shared-subscriptions.ts';
import type { Delivery } from '../../../metrics/metrics.ts';
import { toBreaking } from './close-codes.ts';
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
 * A subscription over a WebSocket. To the protocol's library it is an iterator that says when it is over, and beyond that
 * an error at most: what it sends on the way goes to the socket by itself, so that equal subscriptions share the message.
 */
export class SocketOperation implements AsyncIterableIterator<FormattedExecutionResult> {
  readonly #live: OpenSubscription;
  readonly #socket: WebSocket;
  readonly #writer: SocketWriter;
  readonly #head: Buffer;
  readonly #delivery: Delivery;
  #pump: Pump | undefined;
  #finish: ((result: FormattedExecutionResult | undefined) => void) | undefined;
  #isOver = false;

  constructor(live: OpenSubscription, id: string, { socket, writer, delivery }: SocketConnection) {
    this.#live = live;
    this.#socket = socket;
    this.#writer = writer;
    this.#delivery = delivery;
    this.#head = Buffer.from(`{"id":${JSON.stringify(id)},`);
  }

  async next(): Promise<IteratorResult<FormattedExecutionResult, undefined>> {
    if (this.#isOver) return { done: true, value: undefined };
    const { promise, resolve } = Promise.withResolvers<FormattedExecutionResult | undefined>();
    this.#finish = resolve;
    this.#pump ??= new Pump(this.#live, this.#writer, this.#delivery, {
      send: (payload) => this.#send(frameOf(payload, toTail)),
      end: (error) => this.#end(error && { errors: [error] }),
      // Its closing ends this too.
      break: (reason) => this.#socket.close(...toBreaking(reason)),
    });
    const error = await promise;
    return error ? { done: false, value: error } : { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<FormattedExecutionResult, undefined>> {
    if (this.#pump) this.#pump.stop();
    else this.#live.source.close();
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
    this.#isOver = true;
    this.#finish?.(error);
  }
}

/** All of a message but its beginning, which names the client's operation. */
function toTail({ json }: Payload): Buffer {
  return Buffer.from(`"type":"next","payload":${json}}`);
}
