import { complexityFromQuery } from '@pothos/plugin-complexity';
import { getVariableValues, Kind, visit } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';

/** Arguments that say how long a list is to be. */
const sizeArguments = new Set(['first', 'last']);

export type Variables = Record<string, unknown>;

/** One operation of a valid document. */
export interface ValidOperation {
  document: DocumentNode;
  definition: OperationDefinitionNode;
}

/**
 * What an operation costs: a point a field, times the length of the lists that it stands in.
 * Undefined when its variables do not fit, which its execution says better. Most documents cost the same whatever their
 * variables are: they are counted once.
 */
export function createQueryCost(schema: GraphQLSchema) {
  const known = new WeakMap<OperationDefinitionNode, number | 'varies'>();

  return ({ document, definition }: ValidOperation, variables: Variables): number | undefined => {
    const cost = known.get(definition);
    if (typeof cost === 'number') return cost;
    const counted = count(schema, { document, definition }, variables);
    if (counted !== undefined && cost === undefined) {
      known.set(definition, isSizedByVariable(document) ? 'varies' : counted);
    }
    return counted;
  };
}

function count(
  schema: GraphQLSchema,
  { document, definition }: ValidOperation,
  variables: Variables,
): number | undefined {
  const { errors } = getVariableValues(schema, definition.variableDefinitions ?? [], variables);
  if (errors) return undefined;
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const alone: DocumentNode = { kind: Kind.DOCUMENT, definitions: [definition, ...fragments] };
  return complexityFromQuery(alone, { schema, variables }).complexity;
}

function isSizedByVariable(document: DocumentNode): boolean {
  let isSized = false;
  visit(document, {
    Argument: ({ name, value }) => {
      isSized ||= sizeArguments.has(name.value) && value.kind === Kind.VARIABLE;
    },
  });
  return isSized;
}
