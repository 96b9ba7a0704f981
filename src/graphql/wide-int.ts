import {
  getNullableType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLScalarType,
  GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
} from 'graphql';
import type { GraphQLType } from 'graphql';

/**
 * GraphQL's Int, which takes more of clients than 32 bits. The contract has it as the type of `delayMs`, and of the 30 days
 * that this may be, 32 bits hold 24.8; another type would refuse the documents that say `$delayMs: Int`. What clients are
 * given keeps to 32 bits, and every other argument has bounds of its own.
 */
const wideInt = new GraphQLScalarType<number, number>({
  name: GraphQLInt.name,
  description: GraphQLInt.description,
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

/** The schema with that in the place of GraphQL's own, for which Pothos has no setting. Its types are changed where they are. */
export function widenInts(schema: GraphQLSchema): GraphQLSchema {
  const { types, ...config } = schema.toConfig();
  for (const type of types) {
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) field.type = widen(field.type);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      field.type = widen(field.type);
      for (const argument of field.args) argument.type = widen(argument.type);
    }
  }
  return new GraphQLSchema({ ...config, types: types.filter((type) => type !== GraphQLInt) });
}

function widen<Type extends GraphQLType>(type: Type): Type {
  return replaceInt(type) as Type;
}

function replaceInt(type: GraphQLType): GraphQLType {
  if (isNonNullType(type)) return new GraphQLNonNull(getNullableType(replaceInt(type.ofType)));
  if (isListType(type)) return new GraphQLList(replaceInt(type.ofType));
  return type === GraphQLInt ? wideInt : type;
}
