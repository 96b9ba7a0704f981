import { z } from 'zod';
import { flag, millisecondsFrom, variable, wholeNumber } from './environment/variable.ts';
import type { Values } from './environment/variable.ts';

/** What clients may ask for by GraphQL. */
export const graphqlVariables = {
  maxQueryCost: variable({
    name: 'MAX_QUERY_COST',
    schema: wholeNumber(100, 1_000_000_000),
    fallback: 10_000,
    help: 'Points that a GraphQL operation may cost: one for each field, times the length of the lists around it. A page of 100 jobs with all that a table shows has 2,500; all that was said in one video, `audioTranscript`, has 200, so that a page of 10 is served with it, and none of 100.',
  }),
  operationTimeoutMs: variable({
    name: 'OPERATION_TIMEOUT_MS',
    schema: millisecondsFrom(100),
    fallback: 30_000,
    help: 'How long a GraphQL query or mutation may take.',
  }),
  introspection: variable<boolean | null>({
    name: 'INTROSPECTION',
    schema: flag,
    fallback: null,
    defaultText: '`true`; `false` with `NODE_ENV=production`',
    help: 'Whether the API tells about itself: its schema, GraphiQL, names that resemble a wrong one, and the figures of limits.',
  }),
  persistedOperations: variable<string | null>({
    name: 'PERSISTED_OPERATIONS',
    schema: z.string(),
    fallback: null,
    defaultText: 'any document is served',
    help: 'A JSON file of the only GraphQL documents that are served, by their hashes, or a manifest of Apollo Client.',
  }),
};

export interface GraphQLConfig {
  maxQueryCost: number;
  operationTimeoutMs: number;
  introspection: boolean;
  /** File of the documents that are served; null: any document is. */
  trustedDocumentsPath: string | null;
}

export function readGraphQL(
  values: Values<typeof graphqlVariables> & { nodeEnv: string | null },
): GraphQLConfig {
  return {
    maxQueryCost: values.maxQueryCost,
    operationTimeoutMs: values.operationTimeoutMs,
    introspection: values.introspection ?? values.nodeEnv !== 'production',
    trustedDocumentsPath: values.persistedOperations,
  };
}
