import { complexityFromQuery } from '@pothos/plugin-complexity';
import { getVariableValues, Kind, visit } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';

/** Arguments for the size of a list. */
const sizeArguments = new Set(['first', 'last']);

export type Variables = Record<string, unknown>;

/** One operation of a valid document. */
export interface ValidOperation {
  document: DocumentNode;
  definition: OperationDefinitionNode;
}

/**
 * Computes the cost of an operation: one point for each field, times the sizes of the lists that contain it. Undefined if its
 * variables do not match: execution reports that better. The cost is cached, unless a variable is the size of a list.
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
