import type { FormattedExecutionResult, GraphQLError } from 'graphql';
import { isExpired, sessionExpired } from '../../access/identity/session.ts';
import type { Session } from '../../access/identity/session.ts';
import { createContext } from '../../graphql/context.ts';
import type { ResolverContext } from '../../graphql/context.ts';
import { createSharedSubscriptions } from '../../graphql/execution/shared-subscriptions.ts';
import type { OpenSubscription } from '../../graphql/execution/shared-subscriptions.ts';
import { createOperationCache } from '../../graphql/execution/operation-cache.ts';
import type {
  Language,
  Operation,
  OperationRequest,
} from '../../graphql/execution/operation-cache.ts';
import { runOperation } from '../../graphql/execution/run-operation.ts';
import type { ErrorMask } from '../../graphql/execution/run-operation.ts';
import type { Viewer } from '../../db/viewer.ts';
import { ForbiddenError } from '../../errors.ts';
import type { OperationRules } from '../../graphql/policy/operation-rules.ts';
import { schema } from '../../graphql/schema.ts';
import type { Connection } from '../../access/limits/connections.ts';
import type { AccessControl } from '../front/access-control.ts';

/** What every transport does with operations. */
export interface Execution {
  find: (request: OperationRequest) => FoundOperation;
  /** The same for a document of this server, which need not be a trusted document. */
  findOwn: (query: string) => FoundOperation;
  /** Runs a query or mutation. */
  run: (call: OperationCall) => Promise<FormattedExecutionResult>;
  /** Opens a subscription; if that fails, returns the result with the errors. */
  open: (
    call: OperationCall & { connection: Connection },
  ) => Promise<OpenSubscription | FormattedExecutionResult>;
  /** Resolves once every event that a subscription has taken is executed. */
  whenExecuted: () => Promise<void>;
  /** Returns an error as a client may see it. */
  mask: ErrorMask;
}

/** The operation that a request names, or what is wrong with its document. */
export type FoundOperation = Operation | readonly GraphQLError[];

/** An operation and its caller. */
export interface OperationCall {
  session: Session;
  operation: Operation;
  request: OperationRequest;
  /** The viewer whose limits it counts against, if not the session's. */
  chargedTo?: Viewer | undefined;
  /** Returns a signal that is aborted when the client leaves: an operation that still waits in the queue is dropped. */
  closeSignal?: (() => AbortSignal) | undefined;
  /** The cursor that the client's transport sends, such as `Last-Event-ID`; it overrides the argument `after`. */
  resumeAfter?: string | undefined;
}

export function createExecution(
  services: ResolverContext,
  language: Language,
  mask: ErrorMask,
  guard: AccessControl['guard'],
  rules: OperationRules,
): Execution {
  const operations = createOperationCache(language);
  const live = createSharedSubscriptions({ schema, mask });
  const { operationQueue } = services.limits;
  services.metrics.beginOperations(listRootFields());

  function find(request: OperationRequest): FoundOperation {
    const query = rules.findDocument(request);
    const found = typeof query === 'string' ? operations.find({ ...request, query }) : [query];
    if (!('document' in found)) reportFailure('invalid');
    return found;
  }

  return {
    find,
    findOwn: (query) => operations.find({ query }),
    run: async ({ session, operation, request, chargedTo = session.viewer, closeSignal }) => {
      const begunAt = performance.now();
      const cost = authorize(session, operation, request);
      if (typeof cost !== 'number') return cost;
      const context = createContext(services, session);
      const execute = () =>
        rules.runWithTimeout((timeoutSignal) =>
          operationQueue.run({ viewer: chargedTo, cost, timeoutSignal, closeSignal }, () =>
            runOperation(schema, operation, request, context, mask),
          ),
        );
      const result = await (services.tracing?.traceOperation(operation.label, execute) ??
        execute());
      recordOutcome(operation, result, begunAt);
      return result;
    },
    open: async ({ session, connection, operation, request, resumeAfter }) => {
      const begunAt = performance.now();
      const cost = authorize(session, operation, request);
      if (typeof cost !== 'number') return cost;
      const { viewer } = session;
      try {
        const outcome = await openLimited(session, connection, () =>
          live.open(operation, request, {
            createContext: () => createContext(services, session, resumeAfter),
            inTurn: (answer) => operationQueue.runEvent({ viewer, cost }, answer),
          }),
        );
        recordOutcome(operation, outcome, begunAt);
        return outcome;
      } catch (error) {
        return refuse(operation, error);
      }
    },
    whenExecuted: live.whenExecuted,
    mask,
  };

  /** A subscription counts against the limits of its viewer, and ends with the session. */
  async function openLimited(
    session: Session,
    connection: Connection,
    open: () => Promise<OpenSubscription | FormattedExecutionResult>,
  ): Promise<OpenSubscription | FormattedExecutionResult> {
    const release = await connection.subscribe(session.viewer);
    try {
      const outcome = await open();
      if (!('source' in outcome)) {
        release();
        return outcome;
      }
      const { source } = outcome;
      source.onClosed(release);
      source.onClosed(guard(session, (reason) => source.fail(reason)));
      return outcome;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Returns the cost of an operation, or the result with the reason why it may not run. */
  function authorize(
    session: Session,
    operation: Operation,
    { variables }: OperationRequest,
  ): number | FormattedExecutionResult {
    // On a WebSocket, the session may have expired since it began.
    if (isExpired(session)) return refuse(operation, sessionExpired());
    const isOpen = session.viewer.role !== 'ticket' || ticketSubscriptions.has(operation.label);
    if (!isOpen) return refuse(operation, ticketOpensOneJob());
    const price = rules.price(operation, variables);
    return typeof price === 'number' ? price : refuse(operation, price);
  }

  function refuse({ label }: Operation, error: unknown): FormattedExecutionResult {
    reportFailure(label);
    return { errors: [mask(error)] };
  }

  function recordOutcome({ label }: Operation, outcome: object, begunAt: number): void {
    const isOk = !('errors' in outcome);
    const seconds = (performance.now() - begunAt) / 1_000;
    services.events.emit('operationAnswered', { operation: label, isOk, seconds });
  }

  /** Counts an operation that was not run. */
  function reportFailure(operation: string): void {
    services.events.emit('operationAnswered', { operation, isOk: false, seconds: 0 });
  }
}

/** The subscriptions that a ticket gives access to. */
const ticketSubscriptions = new Set(['jobUpdated', 'jobLogAdded']);

function ticketOpensOneJob(): ForbiddenError {
  return new ForbiddenError(
    'A ticket gives access to `jobUpdated` and `jobLogAdded` of its job, and to nothing else.',
  );
}

function listRootFields(): string[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((root) => Object.keys(root?.getFields() ?? {}));
}
