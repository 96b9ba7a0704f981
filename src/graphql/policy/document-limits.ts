import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import { GraphQLError } from 'graphql';
import type { DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { measureSelections } from './measure-selections.ts';
import { refusal } from './refusal.ts';

/**
 * What a document may be. The longest that a page of ours or a tool sends is the introspection of GraphiQL: 184 tokens and
 * 300 fields; the deepest that makes sense goes from jobs over a synthesis and its summaries to subclaims, 11 levels. The
 * rest is margin. Fragments and repeats are there to keep validation cheap: it compares each with each.
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

/** What is counted once a document has been parsed, in the words for it. */
const counted = {
  depth: 'Query depth',
  aliases: 'Aliases',
  directives: 'Directives',
  fields: 'Query fields',
  fragments: 'Query fragments',
  repeats: 'Query repeats',
} satisfies Partial<Record<keyof typeof documentLimits, string>>;

/**
 * Refuses documents beyond the limits, before anything else looks at them: the rules of GraphQL itself take a second of
 * a document that is made for it. `exposeLimits`: whether a client is told by how much.
 */
export function limitDocuments(exposeLimits: boolean): Plugin[] {
  const errorMessage = 'The document is too complex for this server.';
  // Called where the program's stack may be about to end: a regular expression may not be compiled there.
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

  /** The program's stack may end before the tokens do, in a document that is nothing but nesting. */
  function guardStack<Read>(read: () => Read, onEnd: (error: GraphQLError) => Read): Read {
    try {
      return read();
    } catch (error) {
      // A rule of GraphQL's own that throws what it found.
      if (error instanceof GraphQLError) return onEnd(error);
      if (error instanceof RangeError) return onEnd(refusal(errorMessage, 'QUERY_TOO_COMPLEX'));
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
