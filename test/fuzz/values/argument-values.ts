import fc from 'fast-check';
import { isEnumType, isInputObjectType, isListType, isNonNullType, isNullableType } from 'graphql';
import type { GraphQLArgument, GraphQLInputField, GraphQLInputType } from 'graphql';
import {
  anything,
  hostileDate,
  hostileNumber,
  hostileStructure,
  hostileText,
  marker,
  prototypeKeys,
  weighted,
} from './hostile.ts';
import type { Ids } from '../target.ts';
import { EnumValue } from './serialize.ts';

/** Stands for a value that is not passed at all, not even as null. */
const absent = Symbol('absent');

/** Values for a type of the schema: mostly of the right shape, with scalars that may be anything. */
function valueOfType(type: GraphQLInputType, ids: Ids, name = ''): fc.Arbitrary<unknown> {
  return weighted([11, typedValue(type, ids, name)], [1, anything]);
}

/** Values for an argument or an input field, which may also be null or absent. */
export function optionalValue(
  { name, type, defaultValue }: GraphQLArgument | GraphQLInputField,
  ids: Ids,
): fc.Arbitrary<unknown> {
  const isOptional = isNullableType(type) || defaultValue !== undefined;
  return weighted(
    [isOptional ? 8 : 1, fc.constant(absent)],
    [1, fc.constant(null)],
    [isOptional ? 7 : 24, valueOfType(type, ids, name)],
  );
}

/** Removes what is absent. */
export function withoutAbsent(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== absent));
}

function typedValue(type: GraphQLInputType, ids: Ids, name: string): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return typedValue(type.ofType, ids, name);
  if (isListType(type)) {
    // `summaryIds` is a list of what is called `summaryId` elsewhere.
    return fc.array(valueOfType(type.ofType, ids, name.replace(/s$/, '')), { maxLength: 4 });
  }
  if (isEnumType(type)) {
    const names = type.getValues().map(({ name }) => new EnumValue(name));
    return weighted<unknown>([6, fc.constantFrom(...names)], [1, hostileText]);
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).map((field) => [
      field.name,
      optionalValue(field, ids),
    ]);
    const shape = fc.record(Object.fromEntries(fields)).map(withoutAbsent);
    return weighted([15, shape], [1, shape.chain(withUnknownField)]);
  }
  return scalarValue(type.name, ids, name);
}

/** Adds a field that the input type does not have. */
function withUnknownField(shape: Record<string, unknown>): fc.Arbitrary<unknown> {
  const key = fc.oneof(fc.constantFrom(...prototypeKeys), hostileText);
  return fc
    .tuple(key, hostileStructure)
    .map((entry) => Object.fromEntries([...Object.entries(shape), entry]));
}

function scalarValue(type: string, ids: Ids, name: string): fc.Arbitrary<unknown> {
  const scalars: Record<string, fc.Arbitrary<unknown>> = {
    ID: weighted(
      [6, name in ids ? fc.constant(ids[name]) : someId(ids)],
      [1, someId(ids)],
      [1, fc.oneof(hostileText, hostileNumber)],
    ),
    String: mostly(fc.constantFrom('en', marker, `${marker} in a few words`), hostileText),
    Int: mostly(fc.integer({ min: 0, max: 12 }), hostileNumber),
    Float: mostly(fc.double({ min: 0, max: 1, noNaN: true }), hostileNumber),
    Boolean: mostly(fc.boolean(), fc.constantFrom('true', 1, 0, '')),
    DateTime: mostly(fc.constantFrom('2099-01-01T00:00:00Z'), hostileDate),
  };
  const known = scalars[type];
  if (!known) throw new Error(`The scalar ${type} needs values in argument-values.ts.`);
  return known;
}

/** Ids of existing rows, in several spellings, and ids that no row has. */
export function someId(ids: Ids): fc.Arbitrary<string> {
  const given = Object.values(ids);
  const id = fc.constantFrom(...given);
  return weighted(
    [5, id],
    [2, id.map((text) => text.toUpperCase())],
    [
      1,
      fc.constantFrom(
        ...given.flatMap((text) => [
          text.replaceAll('-', ''),
          `{${text}}`,
          `${text} `,
          `${text}\0`,
        ]),
        '00000000-0000-0000-0000-000000000000',
        'ffffffff-ffff-ffff-ffff-ffffffffffff',
      ),
    ],
  );
}

function mostly(
  valid: fc.Arbitrary<unknown>,
  hostile: fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  return weighted([3, valid], [2, hostile]);
}
