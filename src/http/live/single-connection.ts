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

/** Streams of one process, operations of one stream, and how long a token is valid before its stream is opened. */
const limits = { streams: 10_000, operations: 100, reservedMs: 30_000 };

/** A result, or a subscription. */
export type Outcome = OpenSubscription | FormattedExecutionResult;

/**
 * GraphQL over server-sent events, single connection mode. Browsers open few connections over HTTP/1.1, so one stream carries
 * many operations, each under an id that the client chooses. Tokens are valid in this process only.
 */
export interface SingleConnections {
  /** Returns a token for a stream; undefined if there are too many. */
  reserve: (viewer: Viewer, connection: Connection) => string | undefined;
  /** The stream of a token, opened or not; undefined for viewers other than the one who reserved it. */
  find: (token: string, viewer: Viewer) => OperationStream | undefined;
}

export interface OperationStream {
  /** The connection that it counts as in the limits. */
  connection: Connection;
  /** Whether the client has left, or never opened it. */
  readonly isClosed: boolean;
  /** Opens it; returns false if it is open already. */
  open: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Closes it if it is not open: its client left while opening it. */
  abandon: () => void;
  /** Reserves the id of an operation; returns false if it is in use, or if there are too many operations. */
  claim: (id: string) => boolean;
  /** Sends the results of a claimed operation, unless it was ended meanwhile. */
  begin: (id: string, outcome: Outcome) => void;
  end: (id: string) => void;
}

export function createSingleConnections(context: StreamContext): SingleConnections {
  const streams = new Map<string, { stream: OperationStream; viewer: Viewer }>();

  function reserve(viewer: Viewer, connection: Connection): string | undefined {
    if (streams.size >= limits.streams) return undefined;
    const token = randomUUID();
    const stream = createStream(context, connection, () => streams.delete(token));
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
  context: StreamContext,
  connection: Connection,
  onClose: () => void,
): OperationStream {
  const operations = new Map<string, Outcome | Pump | undefined>();
  let opened: ResponseStream | undefined;
  let isClosed = false;
  // Does not keep a process alive that ends.
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
    const pump = new Pump(outcome, stream.writer, context.delivery, {
      send,
      end: (error) => {
        if (error) send(serialize({ errors: [error] }, undefined));
        complete();
      },
      // The protocol has no message for it. A client that loses the stream starts all operations again.
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
      opened = new ResponseStream(request, response, eventStream, context);
      response.on('close', close);
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
