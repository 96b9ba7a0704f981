import type { describeGraphQLVariables } from './graphql-variables.ts';
import type { Variable } from './variable.ts';

export interface GraphQLConfig {
  maxQueryCost: number;
  operationTimeoutMs: number;
  introspection: boolean;
  /** File of the documents that are served; null: any document is. */
  trustedDocumentsPath: string | null;
}

type Variables = ReturnType<typeof describeGraphQLVariables>;

type GraphQLValues = {
  [Key in keyof Variables]: Variables[Key] extends Variable<infer Value> ? Value : never;
};

export function readGraphQL(values: GraphQLValues & { nodeEnv: string | null }): GraphQLConfig {
  return {
    maxQueryCost: values.maxQueryCost,
    operationTimeoutMs: values.operationTimeoutMs,
    introspection: values.introspection ?? values.nodeEnv !== 'production',
    trustedDocumentsPath: values.persistedOperations,
  };
}
