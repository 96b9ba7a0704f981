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
} from './hostile.ts';
import type { Ids } from '../target.ts';
import { EnumValue } from './serialize.ts';

/** Absent: neither given nor null. */
const absent = Symbol('absent');

/** Values for a type of the schema: mostly of the right shape with leaves that may be anything. */
function toValues(type: GraphQLInputType, ids: Ids, name = ''): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 11, arbitrary: toShaped(type, ids, name) },
    { weight: 1, arbitrary: anything },
  );
}

/** The same for an argument or a field, which may be absent. */
export function toGiven(
  { name, type, defaultValue }: GraphQLArgument | GraphQLInputField,
  ids: Ids,
): fc.Arbitrary<unknown> {
  const isOptional = isNullableType(type) || defaultValue !== undefined;
  return fc.oneof(
    { weight: isOptional ? 8 : 1, arbitrary: fc.constant(absent) },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: isOptional ? 7 : 24, arbitrary: toValues(type, ids, name) },
  );
}

/** Only what is given. */
export function withoutAbsent(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== absent));
}

function toShaped(type: GraphQLInputType, ids: Ids, name: string): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return toShaped(type.ofType, ids, name);
  if (isListType(type)) {
    // Named after what it is a list of.
    return fc.array(toValues(type.ofType, ids, name.replace(/s$/, '')), { maxLength: 4 });
  }
  if (isEnumType(type)) {
    const names = type.getValues().map(({ name }) => new EnumValue(name));
    return fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...names) },
      { weight: 1, arbitrary: hostileText },
    );
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).map((field) => [
      field.name,
      toGiven(field, ids),
    ]);
    const shape = fc.record(Object.fromEntries(fields)).map(withoutAbsent);
    return fc.oneof({ weight: 15, arbitrary: shape }, { weight: 1, arbitrary: shape.chain(spoil) });
  }
  return toLeaves(type.name, ids, name);
}

/** A field too many. */
function spoil(shape: Record<string, unknown>): fc.Arbitrary<unknown> {
  const key = fc.oneof(fc.constantFrom(...prototypeKeys), hostileText);
  return fc
    .tuple(key, hostileStructure)
    .map((entry) => Object.fromEntries([...Object.entries(shape), entry]));
}

function toLeaves(type: string, ids: Ids, name: string): fc.Arbitrary<unknown> {
  const leaves: Record<string, fc.Arbitrary<unknown>> = {
    ID: fc.oneof(
      { weight: 6, arbitrary: name in ids ? fc.constant(ids[name]) : toIds(ids) },
      { weight: 1, arbitrary: toIds(ids) },
      { weight: 1, arbitrary: fc.oneof(hostileText, hostileNumber) },
    ),
    String: mostly(fc.constantFrom('en', marker, `${marker} in a few words`), hostileText),
    Int: mostly(fc.integer({ min: 0, max: 12 }), hostileNumber),
    Float: mostly(fc.double({ min: 0, max: 1, noNaN: true }), hostileNumber),
    Boolean: mostly(fc.boolean(), fc.constantFrom('true', 1, 0, '')),
    DateTime: mostly(fc.constantFrom('2099-01-01T00:00:00Z'), hostileDate),
  };
  const known = leaves[type];
  if (!known) throw new Error(`say what values of ${type} are`);
  return known;
}

/** Those of rows, whichever rows they are, and what is nearly one. */
export function toIds(ids: Ids): fc.Arbitrary<string> {
  const given = Object.values(ids);
  const id = fc.constantFrom(...given);
  return fc.oneof(
    { weight: 5, arbitrary: id },
    { weight: 2, arbitrary: id.map((text) => text.toUpperCase()) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        ...given.flatMap((text) => [
          text.replaceAll('-', ''),
          `{${text}}`,
          `${text} `,
          `${text}\0`,
        ]),
        '00000000-0000-0000-0000-000000000000',
        'ffffffff-ffff-ffff-ffff-ffffffffffff',
      ),
    },
  );
}

function mostly(
  usual: fc.Arbitrary<unknown>,
  hostile: fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 3, arbitrary: usual }, { weight: 2, arbitrary: hostile });
}
