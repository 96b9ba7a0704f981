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
  services.metrics.operationsKnown(listRootFields());

  function find(request: OperationRequest): Operation | readonly GraphQLError[] {
    const found = operations.find(request);
    if (!('document' in found)) services.metrics.operationDone('invalid', false, 0);
    return found;
  }

  return {
    find,
    run: async ({ viewer, operation, request }) => {
      const begunAt = performance.now();
      const context = createContext(services, viewer);
      const execute = () => runOperation(schema, operation, request, context, mask);
      const result = await (services.tracing?.traceOperation(operation.label, execute) ??
        execute());
      note(operation, result, begunAt);
      return result;
    },
    open: async ({ viewer, operation, request, resumeAfter }) => {
      const begunAt = performance.now();
      const context = () => createContext(services, viewer, resumeAfter);
      const outcome = await live.open(operation, request, context);
      note(operation, outcome, begunAt);
      return outcome;
    },
    mask,
  };

  function note({ label }: Operation, outcome: object, begunAt: number): void {
    const isOk = !('errors' in outcome);
    services.metrics.operationDone(label, isOk, (performance.now() - begunAt) / 1_000);
  }
}

function listRootFields(): string[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((root) => Object.keys(root?.getFields() ?? {}));
}
