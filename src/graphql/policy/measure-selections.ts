import { Kind } from 'graphql';
import type {
  DocumentNode,
  FragmentDefinitionNode,
  SelectionNode,
  SelectionSetNode,
} from 'graphql';

/** The size of an operation or a fragment, including the fragments that it spreads. */
interface Size {
  /** Levels of fields; those below `__schema` are limited by a rule of GraphQL's own. */
  depth: number;
  aliases: number;
  directives: number;
  fields: number;
}

/** The size of a document: of its largest operation; the number of fields also of its largest fragment. */
export interface Selections extends Size {
  fragments: number;
  /** Fields that have the same response name as another field of their selection set. */
  repeats: number;
}

/** Measures a document that has been parsed, and not validated yet: its fragments may be circular, or missing. */
export function measureSelections({ definitions }: DocumentNode): Selections {
  const fragments = definitions.filter(
    (definition) => definition.kind === Kind.FRAGMENT_DEFINITION,
  );
  const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  const measured = new Map<FragmentDefinitionNode, Size>();
  let repeats = 0;

  function measureSet({ selections }: SelectionSetNode): Size {
    const names = new Set<string>();
    for (const selection of selections) {
      if (selection.kind !== Kind.FIELD) continue;
      const name = (selection.alias ?? selection.name).value;
      repeats += names.has(name) ? 1 : 0;
      names.add(name);
    }
    const sizes = selections.map(measureSelection);
    return sizes.reduce(addSizes, nothing);
  }

  function measureSelection(selection: SelectionNode): Size {
    const inner =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? measureFragment(byName.get(selection.name.value))
        : selection.selectionSet && measureSet(selection.selectionSet);
    const size = addSizes(inner ?? nothing, {
      ...nothing,
      directives: selection.directives?.length ?? 0,
    });
    if (selection.kind !== Kind.FIELD) return size;
    return {
      ...size,
      depth: selection.name.value === '__schema' ? 0 : size.depth + 1,
      aliases: size.aliases + (selection.alias ? 1 : 0),
      fields: size.fields + 1,
    };
  }

  /** Each is measured once, however often it is spread. */
  function measureFragment(fragment: FragmentDefinitionNode | undefined): Size {
    if (!fragment) return nothing;
    const known = measured.get(fragment);
    if (known) return known;
    measured.set(fragment, nothing); // for one that spreads itself
    const size = measureDefinition(fragment);
    measured.set(fragment, size);
    return size;
  }

  function measureDefinition({ selectionSet, directives = [] }: Definition): Size {
    return addSizes(measureSet(selectionSet), { ...nothing, directives: directives.length });
  }

  const operations = definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map(measureDefinition);
  // Validation also merges and compares fragments that are not spread.
  const all = [...operations, ...fragments.map(measureFragment)];
  return {
    depth: Math.max(0, ...operations.map(({ depth }) => depth)),
    aliases: Math.max(0, ...operations.map(({ aliases }) => aliases)),
    directives: Math.max(0, ...operations.map(({ directives }) => directives)),
    fields: Math.max(0, ...all.map(({ fields }) => fields)),
    fragments: fragments.length,
    repeats,
  };
}

type Definition = Pick<FragmentDefinitionNode, 'selectionSet' | 'directives'>;

const nothing: Size = { depth: 0, aliases: 0, directives: 0, fields: 0 };

/** The size of two selections side by side. */
function addSizes(one: Size, other: Size): Size {
  return {
    depth: Math.max(one.depth, other.depth),
    aliases: one.aliases + other.aliases,
    directives: one.directives + other.directives,
    fields: one.fields + other.fields,
  };
}
