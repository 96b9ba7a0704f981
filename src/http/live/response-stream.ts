import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Payload } from '../../graphql/execution/live-operation.ts';
import type { Delivery } from '../../metrics/metrics.ts';
import { closeSocket } from '../close-socket.ts';
import type { Heartbeat } from './heartbeat.ts';
import { frameOf } from './stream-format.ts';
import type { StreamFormat } from './stream-format.ts';
import { Wire } from './wire.ts';

/** Bytes of results that a client may leave unread before it is cut off; those of subscriptions wait elsewhere. */
const maxUnreadBytes = 1_000_000;

/** Proxies are told neither to hold nor to change what passes. */
const streamHeaders = {
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  connection: 'keep-alive',
};

/** What streams of one transport share. */
export interface StreamUse {
  heartbeat: Heartbeat;
  delivery: Delivery;
  /** Those that are open. */
  streams: Set<ResponseStream>;
  /** How long what is left at its end may wait for a client that reads nothing of it. */
  unreadTimeoutMs: number;
}

/**
 * An HTTP answer that goes on, and all that writes to it. Once it has ended or was broken, nothing is sent any more. A class
 * because there are thousands of them.
 */
export class ResponseStream {
  readonly wire: Wire;
  readonly #socket: Socket;
  readonly #response: ServerResponse;
  readonly #format: StreamFormat;
  readonly #use: StreamUse;
  readonly #stopBeat: () => void;
  #isOpen = true;

  /** Begins it. The response must be its connection's own by now, and its client still there. */
  constructor(
    { socket }: IncomingMessage,
    response: ServerResponse,
    format: StreamFormat,
    use: StreamUse,
  ) {
    this.wire = new Wire(socket);
    this.#socket = socket;
    this.#response = response;
    this.#format = format;
    this.#use = use;
    response.writeHead(200, { 'content-type': format.contentType, ...streamHeaders });
    response.write(format.opening());
    // While it goes on, the heartbeat says whether anybody reads.
    socket.setTimeout(0);
    this.#stopBeat = use.heartbeat.add(() => this.#beat());
    use.streams.add(this);
    use.delivery.connections += 1;
    response.once('close', () => {
      this.#leave();
      use.delivery.connections -= 1;
    });
  }

  /** Sends a payload, in the form that is made once for all who are sent it. */
  send(payload: Payload): void {
    if (!this.#isOpen) return;
    // Past Node's own chunking, which makes three writes of one, for each client anew.
    if (this.#response.chunkedEncoding) this.wire.write(frameOf(payload, this.#format.nextChunk));
    else this.#response.write(frameOf(payload, this.#format.next));
  }

  /** Sends what is for this client alone. */
  write(text: string): void {
    if (!this.#isOpen) return;
    // Who asks and does not read, would have results pile up here.
    if (this.#socket.writableLength > maxUnreadBytes) this.#response.destroy();
    else this.#response.write(text);
  }

  /** What was watched is over: the protocol's word for it, and a clean end. */
  end(): void {
    if (!this.#leave()) return;
    this.#socket.setTimeout(this.#use.unreadTimeoutMs);
    this.#response.end(this.#format.complete);
  }

  /**
   * It ends before its time: what is written still leaves, but neither the word for "complete" nor the last chunk, so that
   * clients take it for the lost connection that it is, and come back.
   */
  break(): void {
    if (!this.#leave()) return;
    if (this.#response.chunkedEncoding) closeSocket(this.#socket);
    // Over HTTP/1.0 a connection that is closed is the clean end, and only a reset is none.
    else this.#socket.resetAndDestroy();
  }

  /** Whether it was open until now. */
  #leave(): boolean {
    if (!this.#isOpen) return false;
    this.#isOpen = false;
    this.#stopBeat();
    return this.#use.streams.delete(this);
  }

  #beat(): void {
    if (this.wire.isAbandoned()) this.#response.destroy();
    // What waits already says that it is alive, once it is read.
    else if (this.wire.isEmpty) this.#response.write(this.#format.ping);
  }
}
