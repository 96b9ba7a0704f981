import { getDirectiveValues, GraphQLIncludeDirective, GraphQLSkipDirective, Kind } from 'graphql';
import type { GraphQLResolveInfo, SelectionNode, SelectionSetNode } from 'graphql';

/** Whether any of these fields is selected below the resolved field, under any alias, and is not skipped by a directive. */
export function isSelected(
  { fieldNodes, fragments, variableValues }: GraphQLResolveInfo,
  names: ReadonlySet<string>,
): boolean {
  const isIncluded = (node: SelectionNode): boolean =>
    getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.['if'] !== false;
  const seen = new Set<string>();

  function isIn(selectionSet: SelectionSetNode | undefined): boolean {
    return (selectionSet?.selections ?? []).some((node) => isIncluded(node) && isOrHas(node));
  }

  function isOrHas(node: SelectionNode): boolean {
    if (node.kind !== Kind.FRAGMENT_SPREAD) {
      return (node.kind === Kind.FIELD && names.has(node.name.value)) || isIn(node.selectionSet);
    }
    const name = node.name.value;
    if (seen.has(name)) return false;
    seen.add(name);
    return isIn(fragments[name]?.selectionSet);
  }

  return fieldNodes.some(({ selectionSet }) => isIn(selectionSet));
}
