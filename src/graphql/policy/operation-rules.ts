import { NoSchemaIntrospectionCustomRule } from 'graphql';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { createFindDocument } from './trusted-documents.ts';
import type { FindDocument, TrustedDocuments } from './trusted-documents.ts';
import { forbidConditionalRoots } from './conditional-roots.ts';
import { limitDocuments } from './document-limits.ts';
import { hideSuggestions, withoutSuggestion } from './hide-suggestions.ts';
import { createOperationLimits } from './operation-limits.ts';
import type { OperationLimits } from './operation-limits.ts';

/** What clients may ask for, whoever they are. */
export interface GraphQLPolicy {
  maxQueryCost: number;
  operationTimeoutMs: number;
  /** Whether the server tells about itself: its schema, names that are like a wrong one, and the figures of limits. */
  introspection: boolean;
  /** Null: any document is served. */
  trustedDocuments: TrustedDocuments | null;
}

/** GraphiQL lives of introspection, and of documents that somebody makes up. */
export function showsGraphiQL({ introspection, trustedDocuments }: GraphQLPolicy): boolean {
  return introspection && trustedDocuments === null;
}

/** The policy as every transport applies it. */
export interface OperationRules extends OperationLimits {
  findDocument: FindDocument;
  /** For how documents are read. */
  plugins: Plugin[];
  /** Keeps from clients what an error tells of the schema, if it is not to be told. */
  maskFor: (mask: Mask) => Mask;
}

type Mask = (error: unknown) => GraphQLError;

export function createOperationRules(schema: GraphQLSchema, policy: GraphQLPolicy): OperationRules {
  const introspectionEnabled = policy.introspection;
  const limits = createOperationLimits({ schema, exposeLimits: introspectionEnabled, ...policy });
  return {
    ...limits,
    findDocument: createFindDocument(policy.trustedDocuments),
    plugins: [
      ...limitDocuments(introspectionEnabled),
      forbidConditionalRoots,
      ...(introspectionEnabled ? [] : [forbidIntrospection, hideSuggestions()]),
    ],
    maskFor: (mask) => (introspectionEnabled ? mask : (error) => withoutSuggestion(mask(error))),
  };
}

/** By the rule alone: the ready plugin asks for a request, which documents of other transports do not have. */
const forbidIntrospection: Plugin = {
  onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule),
};
