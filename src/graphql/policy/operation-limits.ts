import { GraphQLError, OperationTypeNode } from 'graphql';
import type { GraphQLErrorExtensions, GraphQLSchema } from 'graphql';
import { TimeoutError, withTimeout } from '../../platform/timeout.ts';
import { DisconnectedError, RateLimitedError } from '../../errors.ts';
import { createQueryCost } from './query-cost.ts';
import type { ValidOperation, Variables } from './query-cost.ts';
import { refusal } from './refusal.ts';

/** Bytes of an operation's variables, as JSON. */
export const maxVariablesBytes = 50_000;
/** The same of a mutation: 500 bytes for each job of a batch. Nothing keeps them, as a subscription keeps its own. */
const maxMutationVariablesBytes = 250_000;

export interface OperationLimitsOptions {
  schema: GraphQLSchema;
  maxQueryCost: number;
  /** How long a query or a mutation may take. */
  operationTimeoutMs: number;
  /** Whether messages contain the figures of limits. */
  exposeLimits: boolean;
}

/** The result of an operation that timed out, was refused by a limit, or whose client disconnected before it began. */
interface FailedResult {
  errors: GraphQLError[];
  data: null;
}

export interface OperationLimits {
  /** The cost of a valid operation with these variables, in points, or the error why it may not run. */
  price: (
    operation: ValidOperation,
    variables: Variables | null | undefined,
  ) => number | GraphQLError;
  /**
   * Runs an operation. After the timeout, the signal is aborted and the result is discarded. If a rate limit refuses the
   * operation, or its client disconnects before it begins, returns a result with that error.
   */
  runWithTimeout: <Result>(
    run: (timeoutSignal: AbortSignal) => Result | Promise<Result>,
  ) => Promise<Result | FailedResult>;
}

export function createOperationLimits(options: OperationLimitsOptions): OperationLimits {
  const { maxQueryCost, operationTimeoutMs, exposeLimits } = options;
  const costOf = createQueryCost(options.schema);

  function price(
    operation: ValidOperation,
    variables: Variables | null | undefined,
  ): number | GraphQLError {
    const isMutation = operation.definition.operation === OperationTypeNode.MUTATION;
    const maxBytes = isMutation ? maxMutationVariablesBytes : maxVariablesBytes;
    if (variables && isTooLarge(variables, maxBytes)) {
      const message = `The variables are too large: at most ${maxBytes} bytes.`;
      return refusal(message, 'VARIABLES_TOO_LARGE');
    }
    const cost = tryToCount(operation, variables ?? {});
    if (typeof cost !== 'number' || cost <= maxQueryCost) return cost;
    const figures = ` It costs ${cost} points, of ${maxQueryCost} at most.`;
    const message = `The query is too costly. Select fewer fields or shorter lists.${exposeLimits ? figures : ''}`;
    return refusal(message, 'QUERY_TOO_COSTLY');
  }

  function tryToCount(operation: ValidOperation, variables: Variables): number | GraphQLError {
    try {
      // If the variables do not match, execution fails at once.
      return costOf(operation, variables) ?? 0;
    } catch (error) {
      if (error instanceof GraphQLError) return error; // an invalid list size
      throw error;
    }
  }

  async function runWithTimeout<Result>(
    run: (timeoutSignal: AbortSignal) => Result | Promise<Result>,
  ): Promise<Result | FailedResult> {
    const timeout = new AbortController();
    try {
      return await withTimeout(Promise.resolve(run(timeout.signal)), operationTimeoutMs);
    } catch (error) {
      if (error instanceof RateLimitedError) {
        const { message, retryAfterMs } = error;
        return fail(message, { code: 'RATE_LIMITED', retryAfterMs });
      }
      // Nobody receives it, but the outcome of operations is counted by it.
      if (error instanceof DisconnectedError) return fail(error.message, { code: 'DISCONNECTED' });
      if (!(error instanceof TimeoutError)) throw error;
      timeout.abort(error);
      return fail(tooLate, { code: 'OPERATION_TIMEOUT' });
    }
  }

  return { price, runWithTimeout };
}

const tooLate = 'The operation timed out. A mutation may still take effect.';

/** `data: null` says that execution may have begun: a mutation may still take effect, so clients should not send it again. */
function fail(message: string, extensions: GraphQLErrorExtensions): FailedResult {
  return { errors: [new GraphQLError(message, { extensions })], data: null };
}

function isTooLarge(variables: Variables, maxBytes: number): boolean {
  try {
    return Buffer.byteLength(JSON.stringify(variables)) > maxBytes;
  } catch {
    return true; // nested too deeply to be serialized
  }
}
