import { Kind } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, SelectionSetNode } from 'graphql';

/** How much of a document there is to merge, compare and run. */
export interface Selections {
  /** Fields of its largest operation or fragment, with fragments in their places. */
  fields: number;
  fragments: number;
  /** Fields that stand beside another of their name. */
  repeats: number;
}

/** Measures a document that has been parsed, and not validated yet: its fragments may run in circles, or be missing. */
export function measureSelections({ definitions }: DocumentNode): Selections {
  const fragments = definitions.filter(
    (definition) => definition.kind === Kind.FRAGMENT_DEFINITION,
  );
  const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  const counted = new Map<FragmentDefinitionNode, number>();
  let repeats = 0;

  function countFields({ selections }: SelectionSetNode): number {
    const names = new Set<string>();
    let fields = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        fields += countFragment(byName.get(selection.name.value));
        continue;
      }
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        repeats += names.has(name) ? 1 : 0;
        names.add(name);
        fields += 1;
      }
      if (selection.selectionSet) fields += countFields(selection.selectionSet);
    }
    return fields;
  }

  /** Each is counted once, however often it is spread. */
  function countFragment(fragment: FragmentDefinitionNode | undefined): number {
    if (!fragment) return 0;
    const known = counted.get(fragment);
    if (known !== undefined) return known;
    counted.set(fragment, 0); // for one that holds itself
    const fields = countFields(fragment.selectionSet);
    counted.set(fragment, fields);
    return fields;
  }

  const sizes = definitions.map((definition) => {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) return countFragment(definition);
    return definition.kind === Kind.OPERATION_DEFINITION ? countFields(definition.selectionSet) : 0;
  });
  return { fields: Math.max(0, ...sizes), fragments: fragments.length, repeats };
}
