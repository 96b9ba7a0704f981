import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Payload } from '../../graphql/execution/shared-subscriptions.ts';
import type { Delivery } from '../../metrics/metrics.ts';
import { closeSocket } from '../close-socket.ts';
import type { OpenStream } from './drain.ts';
import type { Heartbeat } from './heartbeat.ts';
import { frameOf } from './stream-format.ts';
import type { StreamFormat } from './stream-format.ts';
import { SocketWriter } from './socket-writer.ts';

/** Bytes of results that a client may leave unread before it is cut off. Events of subscriptions stay in their buffers. */
const maxUnreadBytes = 1_000_000;

/** Tell proxies neither to buffer nor to change the stream. */
const streamHeaders = {
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  connection: 'keep-alive',
};

/** What the streams of one transport share. */
export interface StreamContext {
  heartbeat: Heartbeat;
  delivery: Delivery;
  /** The open streams. */
  streams: Set<OpenStream>;
  /** How long a client may read nothing of what is left when the stream has ended. */
  unreadTimeoutMs: number;
}

/**
 * A streamed HTTP response, and the only one who writes to it. Nothing is sent after its end. It is a class because there are
 * thousands of them.
 */
export class ResponseStream {
  readonly writer: SocketWriter;
  readonly #socket: Socket;
  readonly #response: ServerResponse;
  readonly #format: StreamFormat;
  readonly #context: StreamContext;
  readonly #stopBeat: () => void;
  #isOpen = true;

  /** Sends the headers. The response must own its socket by now, and the client must not have left. */
  constructor(
    { socket }: IncomingMessage,
    response: ServerResponse,
    format: StreamFormat,
    context: StreamContext,
  ) {
    this.writer = new SocketWriter(socket);
    this.#socket = socket;
    this.#response = response;
    this.#format = format;
    this.#context = context;
    response.writeHead(200, { 'content-type': format.contentType, ...streamHeaders });
    response.write(format.opening());
    // While it goes on, the heartbeat says whether anybody reads.
    socket.setTimeout(0);
    this.#stopBeat = context.heartbeat.add(() => this.#beat());
    context.streams.add(this);
    context.delivery.connections += 1;
    response.on('close', () => {
      this.#close();
      context.delivery.connections -= 1;
    });
  }

  /** Sends a payload, which is formatted once for all its receivers. */
  send(payload: Payload): void {
    if (!this.#isOpen) return;
    // Node's own chunking would make three writes of it for each client.
    if (this.#response.chunkedEncoding) this.writer.write(frameOf(payload, this.#format.nextChunk));
    else this.#response.write(frameOf(payload, this.#format.next));
  }

  /** Sends text to this client alone. */
  write(text: string): void {
    if (!this.#isOpen) return;
    // Results would pile up here for a client that sends requests and never reads.
    if (this.#socket.writableLength > maxUnreadBytes) this.#response.destroy();
    else this.#response.write(text);
  }

  /** Completes the stream: sends the protocol's last message, and ends the response. */
  end(): void {
    if (!this.#close()) return;
    this.#socket.setTimeout(this.#context.unreadTimeoutMs);
    this.#response.end(this.#format.complete);
  }

  /**
   * Ends the stream early: what was written is still sent, but neither the protocol's last message nor the last chunk. So
   * clients see a lost connection, and reconnect.
   */
  break(): void {
    if (!this.#close()) return;
    if (this.#response.chunkedEncoding) closeSocket(this.#socket);
    // Over HTTP/1.0 a closed connection is a clean end. Only a reset is not.
    else this.#socket.resetAndDestroy();
  }

  /** Returns whether it was open until now. */
  #close(): boolean {
    if (!this.#isOpen) return false;
    this.#isOpen = false;
    this.#stopBeat();
    return this.#context.streams.delete(this);
  }

  #beat(): void {
    if (this.writer.isStalled()) this.#response.destroy();
    // Data that waits to be read shows as well that the stream is alive.
    else if (this.writer.isEmpty) this.#response.write(this.#format.ping);
  }
}
