import type { IncomingMessage } from 'node:http';
import type { ExecutionArgs } from 'graphql';
import { CloseCode, makeServer } from 'graphql-ws';
import type { SubscribePayload } from 'graphql-ws';
import type { Session } from '../../../access/identity/session.ts';
import { schema } from '../../../graphql/schema.ts';
import type { Connection } from '../../../access/limits/connections.ts';
import type { Admission } from '../../front/admission.ts';
import { toClosing } from './close-codes.ts';
import { readSocketCredentials } from '../../front/credentials.ts';
import type { OperationCall, Execution } from '../../graphql/execution.ts';
import { createCloseSignal } from '../../close-signal.ts';
import { SocketOperation } from './subscription.ts';
import type { SocketConnection } from './subscription.ts';

/** A client of the protocol, and who it is once that is known. */
export interface SocketClient extends SocketConnection {
  request: IncomingMessage;
  connection: Connection;
  session?: Session;
  closeSignal?: () => AbortSignal;
}

/** The arguments of an execution, which carry what is to be executed. */
type OperationArgs = ExecutionArgs & {
  rootValue: OperationCall & SocketConnection & { connection: Connection; id: string };
};

/** The graphql-transport-ws protocol, over the same operations as every other. */
export function createSocketProtocol(execution: Execution, admission: Admission) {
  async function connect(client: SocketClient, params: Record<string, unknown> | undefined) {
    const { socket, request, connection } = client;
    try {
      const session = await admission.admit(request, readSocketCredentials(request, params));
      await connection.assign(session.viewer);
      // It may have gone meanwhile, and says so no more.
      if (socket.readyState !== socket.OPEN) return false;
      client.session = session;
      // Before its operations hear of it: clients connect again, with new credentials, and go on with them all.
      const end = admission.guard(session, ({ code }) => socket.close(CloseCode.Forbidden, code));
      socket.once('close', end);
      return true;
    } catch (error) {
      socket.close(...toClosing(execution.mask(error)));
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
    // One for all of a socket's operations.
    const closeSignal = (client.closeSignal ??= createCloseSignal(socket));
    const asked = { session, operation, request, closeSignal };
    const rootValue = { socket, writer, delivery, connection, id, ...asked };
    return { schema, document: operation.document, operationName, rootValue };
  }

  return makeServer<Record<string, unknown>, SocketClient>({
    onConnect: ({ extra, connectionParams }) => connect(extra, connectionParams),
    onSubscribe: ({ extra }, id, payload) => prepare(extra, id, payload),
    execute: (args) => execution.run((args as OperationArgs).rootValue) as never,
    subscribe: async (args) => {
      const { socket, writer, delivery, id, ...asked } = (args as OperationArgs).rootValue;
      const outcome = await execution.open(asked);
      return (
        'source' in outcome
          ? new SocketOperation(outcome, id, { socket, writer, delivery })
          : outcome
      ) as never;
    },
    // They have been made for the client already; the protocol would have them otherwise.
    onNext: (_context, _id, _payload, _args, result) => result,
    onError: (_context, _id, _payload, errors) => errors.map(execution.mask),
  });
}
