import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Session } from '../../access/identity/session.ts';
import { createCloseSignal } from '../close-signal.ts';
import type { AccessControl } from '../front/access-control.ts';
import type { Execution } from '../graphql/execution.ts';
import type { NamedOperation } from '../graphql/read-request.ts';
import { refuse } from '../respond.ts';
import { createOperationStream, maxOperations } from './operation-stream.ts';
import type { StreamContext } from './response-stream.ts';
import { startOperation } from './start-operation.ts';

interface OperationListContext {
  streaming: StreamContext;
  execution: Execution;
  accessControl: AccessControl;
  session: Session;
}

/**
 * Answers one request for several operations with one event stream, which carries the events of all, each with the id of its
 * operation. Unlike in single connection mode, no second request has to reach this process.
 */
export async function streamOperations(
  { streaming, execution, accessControl, session }: OperationListContext,
  request: IncomingMessage,
  response: ServerResponse,
  operations: readonly NamedOperation[],
): Promise<void> {
  if (operations.length > maxOperations) {
    return refuse(response, 400, `A request may have ${maxOperations} operations at most.`);
  }
  // 'close' has already fired if the client left during authentication.
  if (response.destroyed) return;
  const connection = accessControl.connect(request);
  response.on('close', connection.close);
  await connection.assign(session.viewer);
  if (response.destroyed) return;
  const stream = createOperationStream(streaming, connection, { goesOn: false });
  for (const { id } of operations) stream.claim(id);
  stream.open(request, response);
  const caller = { session, connection, closeSignal: createCloseSignal(response) };
  await Promise.all(
    operations.map(async ({ id, request: sent }) => {
      const call = { ...caller, request: sent };
      const starting = startOperation(execution, execution.find(sent), call);
      // One that is refused, as there are too many, does not end the others.
      stream.begin(id, await starting.catch((error) => ({ errors: [execution.mask(error)] })));
    }),
  );
}
