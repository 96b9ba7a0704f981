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

/** Limits of operations that apply to all clients. */
export interface GraphQLPolicy {
  maxQueryCost: number;
  operationTimeoutMs: number;
  /** Whether clients may see the schema, suggestions for misspelled names, and the figures of limits. */
  introspection: boolean;
  /** If null, any document is served. */
  trustedDocuments: TrustedDocuments | null;
}

/** GraphiQL needs introspection and arbitrary documents. */
export function showsGraphiQL({ introspection, trustedDocuments }: GraphQLPolicy): boolean {
  return introspection && trustedDocuments === null;
}

/** The policy as every transport applies it. */
export interface OperationRules extends OperationLimits {
  findDocument: FindDocument;
  /** Yoga plugins for parsing and validation. */
  plugins: Plugin[];
  /** Wraps an error mask; without introspection, it also removes suggestions. */
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

/** Uses only the validation rule: Yoga's plugin needs an HTTP request, which other transports do not have. */
const forbidIntrospection: Plugin = {
  onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule),
};
