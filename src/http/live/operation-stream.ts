import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';
import { serialize } from '../../graphql/execution/shared-subscriptions.ts';
import type { OpenSubscription, Payload } from '../../graphql/execution/shared-subscriptions.ts';
import type { Connection } from '../../access/limits/connections.ts';
import { eventStream } from './stream-format.ts';
import { Pump } from './pump.ts';
import { ResponseStream } from './response-stream.ts';
import type { StreamContext } from './response-stream.ts';

/** Operations of one stream at the same time. */
export const maxOperations = 100;
/** How long a stream waits until it is opened. */
const reservedMs = 30_000;

/** Each operation has a message of its own for its completion. */
const format = { ...eventStream, complete: Buffer.alloc(0) };

/** A result, or a subscription. */
export type Outcome = OpenSubscription | FormattedExecutionResult;

/** A stream of server-sent events that carries many operations, each under an id that the client chooses. */
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

/** The client ends a stream that `goesOn`; another one ends with the last of its operations. */
export function createOperationStream(
  context: StreamContext,
  connection: Connection,
  { goesOn, onClose }: { goesOn: boolean; onClose?: () => void },
): OperationStream {
  const operations = new Map<string, Outcome | Pump | undefined>();
  let opened: ResponseStream | undefined;
  let isClosed = false;
  // Does not keep a process alive that ends.
  const expiry = setTimeout(close, reservedMs).unref();

  function close(): void {
    clearTimeout(expiry);
    isClosed = true;
    for (const id of operations.keys()) end(id);
    onClose?.();
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
      if (!goesOn && operations.size === 0) stream.end();
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
      if (operations.has(id) || operations.size >= maxOperations) return false;
      operations.set(id, undefined);
      return true;
    },
    begin,
    end,
    open: (request, response) => {
      if (opened) return false;
      clearTimeout(expiry);
      opened = new ResponseStream(request, response, format, context);
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
