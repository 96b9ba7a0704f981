import { GraphQLError } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { TooLateError, withDeadline } from '../../deadline.ts';
import { createQueryCost } from './query-cost.ts';
import type { ToRun, Variables } from './query-cost.ts';
import { refusal } from './refusal.ts';

/** Bytes of an operation's variables, as JSON. */
export const maxVariablesBytes = 50_000;

export interface OperationLimitsOptions {
  schema: GraphQLSchema;
  maxQueryCost: number;
  /** How long a query or a mutation may take. */
  operationTimeoutMs: number;
  /** Whether a client is told by how much it is beyond a limit. */
  exposeLimits: boolean;
}

/** A result that stands for one that did not come in time. */
interface LateResult {
  errors: GraphQLError[];
  data: null;
}

export interface OperationLimits {
  /** Why a valid operation is not to be run with these variables; undefined when it may be. */
  findExcess: (
    operation: ToRun,
    variables: Variables | null | undefined,
  ) => GraphQLError | undefined;
  /** Runs an operation; what comes too late is forgotten. */
  inTime: <Result>(run: () => Result | Promise<Result>) => Promise<Result | LateResult>;
}

export function createOperationLimits(options: OperationLimitsOptions): OperationLimits {
  const { maxQueryCost, operationTimeoutMs, exposeLimits } = options;
  const costOf = createQueryCost(options.schema);

  function findExcess(
    operation: ToRun,
    variables: Variables | null | undefined,
  ): GraphQLError | undefined {
    if (variables && isTooLarge(variables)) {
      const message = `Variables have ${maxVariablesBytes} bytes at most.`;
      return refusal(message, 'VARIABLES_TOO_LARGE');
    }
    const cost = costOf(operation, variables ?? {});
    if (cost === undefined || cost <= maxQueryCost) return undefined;
    const figures = ` It costs ${cost} points, of ${maxQueryCost} at most.`;
    const message = `The query asks for too much at once.${exposeLimits ? figures : ''}`;
    return refusal(message, 'QUERY_TOO_COSTLY');
  }

  async function inTime<Result>(run: () => Result | Promise<Result>): Promise<Result | LateResult> {
    try {
      return await withDeadline(Promise.resolve(run()), operationTimeoutMs);
    } catch (error) {
      if (!(error instanceof TooLateError)) throw error;
      // With data, as null: it did begin, and a mutation may still have its effect.
      return { errors: [new GraphQLError(tooLate, { extensions })], data: null };
    }
  }

  return { findExcess, inTime };
}

const tooLate = 'The answer took too long. What a mutation began may still be done.';
const extensions = { code: 'OPERATION_TIMEOUT' };

function isTooLarge(variables: Variables): boolean {
  try {
    return Buffer.byteLength(JSON.stringify(variables)) > maxVariablesBytes;
  } catch {
    return true; // nested so deep that nobody can write it down
  }
}
