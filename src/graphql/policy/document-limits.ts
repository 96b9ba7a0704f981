import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import { GraphQLError, Kind, TypeInfo, ValidationContext } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
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

interface CountingVisitor {
  OperationDefinition: { enter: (operation: OperationDefinitionNode) => void };
}

type CountingRule = (context: ValidationContext) => CountingVisitor;

/**
 * Refuses documents beyond the limits, before anything else looks at them: the rules of GraphQL itself take a second of
 * a document that is made for it. `exposeLimits`: whether a client is told by how much.
 */
export function limitDocuments(exposeLimits: boolean): Plugin[] {
  const errorMessage = 'The document is more than this server takes.';
  const refuse = (_context: unknown, { message }: GraphQLError): never => {
    throw refusal(message.replace(/^Syntax Error: /, ''), 'QUERY_TOO_COMPLEX');
  };
  const options = { exposeLimits, errorMessage, onReject: [refuse] };
  const { tokens, depth, aliases, directives } = documentLimits;
  const rules = [
    // A list within a list of __schema is the business of a rule of GraphQL's own.
    maxDepthRule({ ...options, n: depth, flattenFragments: true }),
    // Nothing is free, as __typename would be otherwise.
    maxAliasesRule({ ...options, n: aliases, allowList: [] }),
    maxDirectivesRule({ ...options, n: directives }),
  ] as unknown as CountingRule[];

  /** As `validate` would, without its way through all of the document: the rules find theirs by themselves. */
  function count(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
  ): void {
    const context = new ValidationContext(schema, document, new TypeInfo(schema), () => undefined);
    for (const rule of rules) {
      const visitor = rule(context);
      visitor.OperationDefinition.enter.call(visitor, operation);
    }
  }

  function checkLimits(schema: GraphQLSchema, document: DocumentNode): GraphQLError | undefined {
    try {
      for (const definition of document.definitions) {
        if (definition.kind === Kind.OPERATION_DEFINITION) count(schema, document, definition);
      }
    } catch (error) {
      if (error instanceof GraphQLError) return error;
      throw error;
    }
    const found = measureSelections(document);
    for (const name of ['fields', 'fragments', 'repeats'] as const) {
      if (found[name] <= documentLimits[name]) continue;
      const told = `Query ${name} limit of ${documentLimits[name]} exceeded, found ${found[name]}.`;
      return refusal(exposeLimits ? told : errorMessage, 'QUERY_TOO_COMPLEX');
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
    maxTokensPlugin({ ...options, n: tokens }) as Plugin,
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
        const excess = checkLimits(
          params.schema as GraphQLSchema,
          params.documentAST as DocumentNode,
        );
        if (excess) setResult([excess]);
      },
    },
  ];
}
