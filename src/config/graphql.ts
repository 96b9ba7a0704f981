import { z } from 'zod';
import { flag, millisecondsFrom, variable, wholeNumber } from './environment/variable.ts';
import type { Values } from './environment/variable.ts';

/** Limits and features of the GraphQL API. */
export const graphqlVariables = {
  maxQueryCost: variable({
    name: 'MAX_QUERY_COST',
    schema: wholeNumber(100, 1_000_000_000),
    fallback: 10_000,
    help: 'Maximum cost of a GraphQL operation: one point for each field, times the length of the lists around it. A page of 100 jobs with all that a table shows costs 2,500. `audioTranscript`, all that was said in one video, costs 200: a page of 10 with it is served, a page of 100 is not.',
  }),
  operationTimeoutMs: variable({
    name: 'OPERATION_TIMEOUT_MS',
    schema: millisecondsFrom(100),
    fallback: 30_000,
    help: 'Maximum time of a GraphQL query or mutation.',
  }),
  introspection: variable<boolean | null>({
    name: 'INTROSPECTION',
    schema: flag,
    fallback: null,
    defaultText: '`true`; `false` with `NODE_ENV=production`',
    help: 'Whether the API describes itself: its schema, GraphiQL, suggestions for misspelled names, and the numbers of its limits.',
  }),
  persistedOperations: variable<string | null>({
    name: 'PERSISTED_OPERATIONS',
    schema: z.string(),
    fallback: null,
    defaultText: 'any document is served',
    help: 'JSON file with the only GraphQL documents that are served, by hash; or a manifest of Apollo Client. Those that the console sends are added while it is served.',
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
