import type { IncomingMessage } from 'node:http';
import type { ExecutionArgs } from 'graphql';
import { CloseCode, makeServer } from 'graphql-ws';
import type { SubscribePayload } from 'graphql-ws';
import type { Session } from '../../../access/identity/session.ts';
import { schema } from '../../../graphql/schema.ts';
import type { Connection } from '../../../access/limits/connections.ts';
import type { AccessControl } from '../../front/access-control.ts';
import { toRefusal } from './close-codes.ts';
import { readSocketCredentials } from '../../front/credentials.ts';
import type { OperationCall, Execution } from '../../graphql/execution.ts';
import { createCloseSignal } from '../../close-signal.ts';
import { SocketSubscription } from './subscription.ts';
import type { SocketConnection } from './subscription.ts';

/** A client of the protocol, with its session once it is authenticated. */
export interface SocketClient extends SocketConnection {
  /** What the socket began with, until the client is authenticated. */
  request: IncomingMessage | undefined;
  connection: Connection;
  session?: Session;
  closeSignal?: () => AbortSignal;
}

/** graphql-ws passes the call through the root value of its execution arguments. */
type OperationArgs = ExecutionArgs & {
  rootValue: OperationCall & SocketConnection & { connection: Connection; id: string };
};

/** The graphql-transport-ws protocol, over the same execution as the other transports. */
export function createSocketProtocol(execution: Execution, accessControl: AccessControl) {
  async function connect(client: SocketClient, params: Record<string, unknown> | undefined) {
    const { socket, request, connection } = client;
    client.request = undefined;
    try {
      if (!request) return false;
      const session = await accessControl.authenticate(
        request,
        readSocketCredentials(request, params),
      );
      await connection.assign(session.viewer);
      // The client may have left meanwhile, and 'close' will not fire again.
      if (socket.readyState !== socket.OPEN) return false;
      client.session = session;
      // Closes the socket before its operations fail: clients reconnect with new credentials, and resume all of them.
      const end = accessControl.guard(session, ({ code }) =>
        socket.close(CloseCode.Forbidden, code),
      );
      socket.on('close', end);
      return true;
    } catch (error) {
      socket.close(...toRefusal(execution.mask(error)));
      return false;
    }
  }

  function prepare(client: SocketClient, id: string, payload: SubscribePayload) {
    const { query, variables, extensions } = payload;
    const operationName = payload.operationName || undefined;
    const { documentId } = payload as { documentId?: string };
    const request = { query, documentId, operationName, variables, extensions };
    const operation = execution.find(request);
    if (!('document' in operation)) return operation;
    const { socket, writer, delivery, connection, session } = client;
    // All operations of a socket share one.
    const closeSignal = (client.closeSignal ??= createCloseSignal(socket));
    const call = { session, operation, request, closeSignal };
    const rootValue = { socket, writer, delivery, connection, id, ...call };
    return { schema, document: operation.document, operationName, rootValue };
  }

  return makeServer<Record<string, unknown>, SocketClient>({
    onConnect: ({ extra, connectionParams }) => connect(extra, connectionParams),
    onSubscribe: ({ extra }, id, payload) => prepare(extra, id, payload),
    execute: (args) => execution.run((args as OperationArgs).rootValue) as never,
    subscribe: async (args) => {
      const { socket, writer, delivery, id, ...call } = (args as OperationArgs).rootValue;
      const outcome = await execution.open(call);
      return (
        'source' in outcome
          ? new SocketSubscription(outcome, id, { socket, writer, delivery })
          : outcome
      ) as never;
    },
    // Results are masked already. graphql-ws would format them again.
    onNext: (_context, _id, _payload, _args, result) => result,
    onError: (_context, _id, _payload, errors) => errors.map(execution.mask),
  });
}
