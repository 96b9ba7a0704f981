import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import { GraphQLError } from 'graphql';
import type { DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { measureSelections } from './measure-selections.ts';
import { refusal } from './refusal.ts';

/**
 * Limits of a document. The longest that our pages or tools send is the introspection query of GraphiQL: 184 tokens and 300
 * fields. The deepest that makes sense goes from jobs over a synthesis and its summaries to subclaims, 11 levels. The rest is
 * margin. Fragments and repeats are limited because validation compares each with each.
 */
export const documentLimits = {
  tokens: 2_000,
  depth: 12,
  aliases: 30,
  directives: 30,
  fields: 500,
  fragments: 60,
  repeats: 30,
};

/** The limits that are checked once a document has been parsed, by their names in messages. */
const counted = {
  depth: 'Query depth',
  aliases: 'Aliases',
  directives: 'Directives',
  fields: 'Query fields',
  fragments: 'Query fragments',
  repeats: 'Query repeats',
} satisfies Partial<Record<keyof typeof documentLimits, string>>;

/**
 * Refuses documents beyond the limits before they are validated: a malicious document can make GraphQL's own rules take a
 * second. `exposeLimits`: whether messages contain the figures.
 */
export function limitDocuments(exposeLimits: boolean): Plugin[] {
  const errorMessage = 'The document is too complex for this server.';
  // Called when the call stack may be almost full, where a regular expression cannot be compiled.
  const refuse = (): never => {
    const figures = `Token limit of ${documentLimits.tokens} exceeded.`;
    throw refusal(exposeLimits ? figures : errorMessage, 'QUERY_TOO_COMPLEX');
  };

  function checkLimits(document: DocumentNode): GraphQLError | undefined {
    const found = measureSelections(document);
    for (const name of Object.keys(counted) as (keyof typeof counted)[]) {
      const limit = documentLimits[name];
      if (found[name] <= limit) continue;
      const figures = `${counted[name]} limit of ${limit} exceeded, found ${found[name]}.`;
      return refusal(exposeLimits ? figures : errorMessage, 'QUERY_TOO_COMPLEX');
    }
    return undefined;
  }

  /** A deeply nested document can overflow the call stack before it reaches the token limit. */
  function guardStack<Read>(read: () => Read, onError: (error: GraphQLError) => Read): Read {
    try {
      return read();
    } catch (error) {
      // Some rules of GraphQL throw their error.
      if (error instanceof GraphQLError) return onError(error);
      if (error instanceof RangeError) return onError(refusal(errorMessage, 'QUERY_TOO_COMPLEX'));
      throw error;
    }
  }

  const fail = (error: GraphQLError): never => {
    throw error;
  };

  return [
    maxTokensPlugin({
      n: documentLimits.tokens,
      exposeLimits,
      errorMessage,
      onReject: [refuse],
    }) as Plugin,
    {
      onParse: ({ parseFn, setParseFn }) => {
        const parse = parseFn as (...args: unknown[]) => unknown;
        setParseFn((...args: unknown[]) => guardStack(() => parse(...args), fail));
      },
      onValidate: ({ params, setResult, validateFn, setValidationFn }) => {
        const validate = validateFn as (...args: unknown[]) => readonly GraphQLError[];
        setValidationFn((...args: unknown[]) =>
          guardStack(
            () => validate(...args),
            (error) => [error],
          ),
        );
        const excess = checkLimits(params.documentAST as DocumentNode);
        if (excess) setResult([excess]);
      },
    },
  ];
}
