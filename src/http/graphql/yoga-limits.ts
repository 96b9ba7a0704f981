import { getOperationAST, GraphQLError } from 'graphql';
import type { ExecutionArgs } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import type { GraphQLContext } from '../../graphql/context.ts';
import type { OperationRules } from '../../graphql/policy/operation-rules.ts';
import { refusal } from '../../graphql/policy/refusal.ts';
import { findDocumentId } from '../../graphql/policy/trusted-documents.ts';

/** Applies to what Yoga runs by itself what the other transports apply to theirs. */
export function applyRules({ findDocument, price, withTimeout }: OperationRules): Plugin {
  function priceOf(args: unknown): number | GraphQLError {
    const { document, operationName, variableValues } = args as ExecutionArgs;
    const definition = getOperationAST(document, operationName);
    return definition ? price({ document, definition }, variableValues) : 0;
  }

  return {
    onParams: ({ params, request, setParams }) => {
      const { query, operationName } = params as Record<string, unknown>;
      if (query !== undefined && query !== null && typeof query !== 'string') return;
      const documentId = (params as { documentId?: unknown }).documentId ?? idInUrl(request.url);
      const choice = { ...params, documentId };
      // Who names no document is told by Yoga what a request must have.
      if (!query && findDocumentId(choice) === undefined) return;
      const text = findDocument(choice);
      if (text instanceof GraphQLError) throw text;
      setParams({
        ...params,
        query: text,
        ...(operationName === '' && { operationName: undefined }),
      });
    },
    onExecute: ({ args, executeFn, setExecuteFn, setResultAndStopExecution }) => {
      const cost = priceOf(args);
      if (typeof cost !== 'number') return setResultAndStopExecution({ errors: [cost] });
      const { contextValue } = args as unknown as {
        contextValue: GraphQLContext & YogaInitialContext;
      };
      const { limits, viewer, request } = contextValue;
      const leaving = () => request.signal;
      setExecuteFn((given) =>
        withTimeout((late) =>
          limits.turns.run({ viewer, cost, late, leaving }, () => executeFn(given) as unknown),
        ),
      );
    },
    // Here nothing would count them, or end them with the right to them.
    onSubscribe: ({ setResultAndStopExecution }) =>
      setResultAndStopExecution({ errors: [refusal(howToSubscribe, 'BAD_REQUEST')] }),
  };
}

const howToSubscribe =
  'Subscriptions are asked for in application/json, accepting text/event-stream or multipart/mixed.';

/** Yoga reads only the parameters of its own. */
function idInUrl(url: string): string | undefined {
  if (!url.includes('documentId=')) return undefined;
  return new URL(url).searchParams.get('documentId') ?? undefined;
}
