import { GraphQLError, Kind, OperationTypeNode } from 'graphql';
import type { DirectiveNode, DocumentNode, SelectionSetNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';

const conditions = new Set(['skip', 'include']);

/**
 * Forbids `@skip` and `@include` on the root field of a subscription, as the specification does (5.2.4.1): without that field
 * there would be nothing to subscribe to. The rule of graphql-js throws on them, instead of reporting an error.
 */
export const forbidConditionalRoots: Plugin = {
  onValidate: ({ params, setResult }) => {
    const directive = findCondition(params.documentAST as DocumentNode);
    if (directive) setResult([refuse(directive)]);
  },
};

/** The first condition of a root field of a subscription, on the field or on a fragment that contains it. */
function findCondition({ definitions }: DocumentNode): DirectiveNode | undefined {
  const seen = new Set<string>();

  function findIn({ selections }: SelectionSetNode): DirectiveNode | undefined {
    for (const selection of selections) {
      const found = selection.directives?.find(({ name }) => conditions.has(name.value));
      if (found) return found;
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? findInFragment(selection.name.value)
          : selection.kind === Kind.INLINE_FRAGMENT && findIn(selection.selectionSet);
      if (inner) return inner;
    }
    return undefined;
  }

  function findInFragment(name: string): DirectiveNode | undefined {
    if (seen.has(name)) return undefined;
    seen.add(name);
    const fragment = definitions.find(
      (definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
    );
    return fragment && 'selectionSet' in fragment ? findIn(fragment.selectionSet) : undefined;
  }

  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    if (definition.operation !== OperationTypeNode.SUBSCRIPTION) continue;
    const found = findIn(definition.selectionSet);
    if (found) return found;
  }
  return undefined;
}

function refuse(directive: DirectiveNode): GraphQLError {
  const message = `@${directive.name.value} may not be used on the root field of a subscription. Decide before you subscribe.`;
  return new GraphQLError(message, {
    nodes: directive,
    // With `spec: true`, Yoga would answer streams with 200.
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400, spec: false } },
  });
}
