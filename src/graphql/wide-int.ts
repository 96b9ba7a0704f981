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
 * GraphQL's Int, which accepts larger inputs than 32 bits. By contract it is the type of `delayMs`, which may be 30 days, and
 * 32 bits hold 24.8 days; with another type, documents that declare `$delayMs: Int` would be invalid. Outputs are limited to
 * 32 bits, and all other arguments have limits of their own.
 */
const wideInt = new GraphQLScalarType<number, number>({
  name: GraphQLInt.name,
  description: GraphQLInt.description,
  serialize: (value) => GraphQLInt.serialize(value),
  parseValue: read,
  parseLiteral: (node) =>
    node.kind === Kind.INT ? read(Number(node.value)) : GraphQLInt.parseLiteral(node),
});

/** Any other value is parsed by GraphQL's own Int, which throws its usual errors. */
function read(value: unknown): number {
  const isWide = Number.isSafeInteger(value) && (value as number) > 0;
  return isWide ? (value as number) : GraphQLInt.parseValue(value);
}

/** Replaces GraphQL's Int by the wide one, for which Pothos has no setting. The types of the given schema are modified. */
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
