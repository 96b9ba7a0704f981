import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { FormattedExecutionResult } from 'graphql';
import type { Viewer } from '../../db/viewer.ts';
import { serialize } from '../../graphql/execution/shared-subscriptions.ts';
import type { OpenSubscription, Payload } from '../../graphql/execution/shared-subscriptions.ts';
import type { Connection } from '../../access/limits/connections.ts';
import { eventStream } from './stream-format.ts';
import { Pump } from './pump.ts';
import { ResponseStream } from './response-stream.ts';
import type { StreamContext } from './response-stream.ts';

/** Streams of one process, operations of one stream, and how long a token waits for its stream. */
const limits = { streams: 10_000, operations: 100, reservedMs: 30_000 };

/** A result that is there at once, or one that goes on. */
export type Outcome = OpenSubscription | FormattedExecutionResult;

/**
 * GraphQL over server-sent events, single connection mode: browsers open few connections over HTTP/1.1, so one stream
 * carries many operations, each under an id of the client's. Tokens are known to this process alone.
 */
export interface SingleConnections {
  /** A token under which a stream can be opened; undefined when there are too many. */
  reserve: (viewer: Viewer, connection: Connection) => string | undefined;
  /** The stream of a token, opened or yet to be; undefined for anybody but who reserved it. */
  find: (token: string, viewer: Viewer) => OperationStream | undefined;
}

export interface OperationStream {
  /** What it counts as. */
  connection: Connection;
  /** Whether its client has gone, or never came. */
  readonly isClosed: boolean;
  /** Opens it; false when that has been done before. */
  open: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Gives it up if it is not open: its client came to open it, and has gone. */
  abandon: () => void;
  /** Takes an id for an operation that is about to begin: false when it is taken, or there are too many. */
  claim: (id: string) => boolean;
  /** Sends what a claimed operation gives, unless it has been ended meanwhile. */
  begin: (id: string, outcome: Outcome) => void;
  end: (id: string) => void;
}

export function createSingleConnections(use: StreamContext): SingleConnections {
  const streams = new Map<string, { stream: OperationStream; viewer: Viewer }>();

  function reserve(viewer: Viewer, connection: Connection): string | undefined {
    if (streams.size >= limits.streams) return undefined;
    const token = randomUUID();
    const stream = createStream(use, connection, () => streams.delete(token));
    streams.set(token, { stream, viewer });
    return token;
  }

  return {
    reserve,
    find: (token, viewer) => {
      const reserved = streams.get(token);
      return reserved && isDeepStrictEqual(reserved.viewer, viewer) ? reserved.stream : undefined;
    },
  };
}

function createStream(
  use: StreamContext,
  connection: Connection,
  onClose: () => void,
): OperationStream {
  const operations = new Map<string, Outcome | Pump | undefined>();
  let opened: ResponseStream | undefined;
  let isClosed = false;
  // A process that ends does not wait for who never came.
  const expiry = setTimeout(close, limits.reservedMs).unref();

  function close(): void {
    clearTimeout(expiry);
    isClosed = true;
    for (const id of operations.keys()) end(id);
    connection.close();
    onClose();
  }

  function end(id: string): void {
    const operation = operations.get(id);
    operations.delete(id);
    if (operation instanceof Pump) operation.stop();
    else if (operation && 'source' in operation) operation.source.close();
  }

  function begin(id: string, outcome: Outcome): void {
    if (!operations.has(id)) {
      if ('source' in outcome) outcome.source.close();
      return;
    }
    operations.set(id, outcome);
    if (!opened) return; // it begins when the stream is opened
    const stream = opened;
    const send = (payload: Payload) => stream.write(toEvent(id, payload));
    const complete = () => {
      operations.delete(id);
      stream.write(`event: complete\ndata: ${JSON.stringify({ id })}\n\n`);
    };
    if (!('source' in outcome)) {
      send(serialize(outcome, undefined));
      return complete();
    }
    const pump = new Pump(outcome, stream.writer, use.delivery, {
      send,
      end: (error) => {
        if (error) send(serialize({ errors: [error] }, undefined));
        complete();
      },
      // The protocol has no word for it: with the stream that is lost, its client begins all operations anew.
      break: () => stream.break(),
    });
    if (operations.has(id)) operations.set(id, pump);
  }

  return {
    connection,
    get isClosed() {
      return isClosed;
    },
    abandon: () => {
      if (!opened) close();
    },
    claim: (id) => {
      if (operations.has(id) || operations.size >= limits.operations) return false;
      operations.set(id, undefined);
      return true;
    },
    begin,
    end,
    open: (request, response) => {
      if (opened) return false;
      clearTimeout(expiry);
      opened = new ResponseStream(request, response, eventStream, use);
      response.once('close', close);
      for (const [id, outcome] of operations) {
        if (outcome && !(outcome instanceof Pump)) begin(id, outcome);
      }
      return true;
    },
  };
}

function toEvent(id: string, { json }: Payload): string {
  return `event: next\ndata: {"id":${JSON.stringify(id)},"payload":${json}}\n\n`;
}
