import { Kind, visit } from 'graphql';
import type { ASTNode, DocumentNode, FieldNode, SelectionSetNode } from 'graphql';
import { leadingFields, versionedTypes } from '../generated/versioned-fields.ts';

/** Fields of the operation that are needed whether or not the document selects them. */
export function withFields(set: SelectionSetNode, names: readonly string[]): SelectionSetNode {
  const has = (name: string) =>
    set.selections.some((it) => it.kind === Kind.FIELD && !it.alias && it.name.value === name);
  const missing = names.filter((name) => !has(name));
  const fields = missing.map((value): FieldNode => ({
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value },
  }));
  return missing.length === 0 ? set : { ...set, selections: [...set.selections, ...fields] };
}

const roots = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' };

/** The document with `id` and `version` wherever it selects a job: without them nobody can tell an older answer. */
export function addVersions(document: DocumentNode): DocumentNode {
  const types: (string | undefined)[] = [];
  const current = () => types.at(-1);
  return visit(document, {
    enter(node: ASTNode) {
      if (node.kind === Kind.OPERATION_DEFINITION) types.push(roots[node.operation]);
      else if (node.kind === Kind.FRAGMENT_DEFINITION) types.push(node.typeCondition.name.value);
      else if (node.kind === Kind.INLINE_FRAGMENT)
        types.push(node.typeCondition?.name.value ?? current());
      else if (node.kind === Kind.FIELD)
        types.push(
          leadingFields[`${current()}.${node.name.value}`] ?? leadingFields[node.name.value],
        );
    },
    leave(node: ASTNode) {
      if (node.kind === Kind.SELECTION_SET) {
        return versionedTypes.has(current() ?? '')
          ? withFields(node, ['id', 'version'])
          : undefined;
      }
      const isScope =
        node.kind === Kind.OPERATION_DEFINITION ||
        node.kind === Kind.FRAGMENT_DEFINITION ||
        node.kind === Kind.INLINE_FRAGMENT ||
        node.kind === Kind.FIELD;
      if (isScope) types.pop();
      return undefined;
    },
  });
}
