import { execute } from 'graphql';
import type {
  ExecutionResult,
  FormattedExecutionResult,
  GraphQLFormattedError,
  GraphQLSchema,
} from 'graphql';
import type { GraphQLContext } from '../context.ts';
import type { Operation, OperationRequest } from './operation-cache.ts';

/** Returns an error as a client may see it. */
export type ErrorMask = (error: unknown) => GraphQLFormattedError;

/** Runs a query or a mutation. A result without `data` means that nothing ran, as the variables do not match. */
export async function runOperation(
  schema: GraphQLSchema,
  operation: Operation,
  request: OperationRequest,
  context: GraphQLContext,
  mask: ErrorMask,
): Promise<FormattedExecutionResult> {
  return maskResult(await execute(toArguments(schema, operation, request, context)), mask);
}

export function toArguments(
  schema: GraphQLSchema,
  { document }: Operation,
  { operationName, variables }: Omit<OperationRequest, 'query'>,
  contextValue: GraphQLContext,
) {
  return { schema, document, operationName, variableValues: variables, contextValue };
}

/** A result as clients may see it. */
export function maskResult(
  { errors, ...result }: ExecutionResult,
  mask: ErrorMask,
): FormattedExecutionResult {
  return errors ? { errors: errors.map(mask), ...result } : result;
}
