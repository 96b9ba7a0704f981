import { GraphQLInt, GraphQLScalarType, Kind } from 'graphql';

/**
 * GraphQL's Int, which takes more of clients than 32 bits: the type of `delayMs` is part of the contract, and of the 30 days
 * that it may be, 32 bits hold 24.8. What is given to clients keeps to 32 bits, as those of them may that have no wider Int.
 * Every other argument has bounds of its own.
 */
export const wideInt = new GraphQLScalarType<number, number>({
  name: GraphQLInt.name,
  description: GraphQLInt.description,
  specifiedByURL: GraphQLInt.specifiedByURL,
  serialize: (value) => GraphQLInt.serialize(value),
  parseValue: read,
  parseLiteral: (node) =>
    node.kind === Kind.INT ? read(Number(node.value)) : GraphQLInt.parseLiteral(node),
});

/** What is no such number is an error in the words of GraphQL's own. */
function read(value: unknown): number {
  const isWide = Number.isSafeInteger(value) && (value as number) > 0;
  return isWide ? (value as number) : GraphQLInt.parseValue(value);
}
