import { OperationTypeNode } from 'graphql';
import type { Connection } from '../../access/limits/connections.ts';
import type { Execution, FoundOperation, OperationCall } from '../graphql/execution.ts';
import type { Outcome } from './operation-stream.ts';

/** Runs an operation, or opens it if it is a subscription. What is wrong with its document becomes its result. */
export async function startOperation(
  execution: Execution,
  operation: FoundOperation,
  { connection, ...caller }: Omit<OperationCall, 'operation'> & { connection: Connection },
): Promise<Outcome> {
  if (!('document' in operation)) return { errors: operation.map(execution.mask) };
  const call = { ...caller, operation };
  const isLive = operation.definition.operation === OperationTypeNode.SUBSCRIPTION;
  return isLive ? execution.open({ ...call, connection }) : execution.run(call);
}
