import type { FormattedExecutionResult, GraphQLError } from 'graphql';
import type { Viewer } from '../auth/viewer.ts';
import { createContext } from '../graphql/context.ts';
import type { GraphQLServices } from '../graphql/context.ts';
import { createLiveOperations } from '../graphql/execution/live-operation.ts';
import type { LiveOperation } from '../graphql/execution/live-operation.ts';
import { createOperations } from '../graphql/execution/operations.ts';
import type { Language, Operation, OperationRequest } from '../graphql/execution/operations.ts';
import { runOperation } from '../graphql/execution/run-operation.ts';
import type { ErrorMask } from '../graphql/execution/run-operation.ts';
import { schema } from '../graphql/schema.ts';

/** What every transport does with operations. */
export interface Execution {
  /** The operation that a request names, or what is wrong with its document. */
  find: (request: OperationRequest) => Operation | readonly GraphQLError[];
  /** Runs a query or mutation. */
  run: (asked: Asked) => Promise<FormattedExecutionResult>;
  /** Begins a subscription, or says why it does not. */
  open: (asked: Asked) => Promise<LiveOperation | FormattedExecutionResult>;
  /** What of an error a client may see. */
  mask: ErrorMask;
}

/** An operation, and who asks for it. */
export interface Asked {
  viewer: Viewer;
  operation: Operation;
  request: OperationRequest;
  /** What the client's transport says that it has seen last; it counts for more than the argument `after`. */
  resumeAfter?: number | undefined;
}

export function createExecution(
  services: GraphQLServices,
  language: Language,
  mask: ErrorMask,
): Execution {
  const operations = createOperations(language);
  const live = createLiveOperations({ schema, mask });
  return {
    find: operations.find,
    run: ({ viewer, operation, request }) =>
      runOperation(schema, operation, request, createContext(services, viewer), mask),
    open: ({ viewer, operation, request, resumeAfter }) =>
      live.open(operation, request, () => createContext(services, viewer, resumeAfter)),
    mask,
  };
}
