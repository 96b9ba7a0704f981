import {
  getNamedType,
  isAbstractType,
  isLeafType,
  OverlappingFieldsCanBeMergedRule,
  parse,
  validate,
} from 'graphql';
import type { GraphQLInterfaceType, GraphQLNamedType, GraphQLObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { pascalName } from '../../src/jobs/define-job.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';

/**
 * Fields of the same name that one selection cannot have for two types, with the reason why they stay: the contract has them.
 * A document gives one of them an alias, as docs/api.md says.
 */
const known = [
  // Two enums. A common type would lose the values in generated code.
  'ClaimExtractionJob and ClaimSynthesisJob: input.strategy',
  // Of what `node` finds, which nobody lists together. What a batch is in is no state of a job, its name is optional, and it may
  // have more jobs than one answer.
  ...jobDefinitions.map((job) => `Batch and ${pascalName(job)}Job: state`),
  'Batch and Persona: name',
  'Batch and Pipeline: jobs.__typename',
  // Known of one, and not always of the other.
  'Claim and VideoSummary: confidence',
  'ObjectTracking and Video: frameRate',
];

test('fields of types that are selected together do not conflict, apart from those that are known', () => {
  const pairs = Object.values(schema.getTypeMap())
    .filter((type) => isAbstractType(type) && !type.name.startsWith('__'))
    .flatMap((abstract) => {
      const types = schema.getPossibleTypes(abstract as GraphQLInterfaceType);
      return types.flatMap((a, index) => types.slice(index + 1).map((b) => ({ abstract, a, b })));
    });
  expect(pairs.length).toBeGreaterThan(20);

  const conflicts = pairs.flatMap(({ abstract, a, b }) =>
    [...listCommonPaths(a, b)]
      .filter((path) => isConflict(abstract, a, b, path))
      .map((path) => `${a.name} and ${b.name}: ${path.join('.')}`),
  );
  expect(new Set(conflicts)).toEqual(new Set(known));
});

test('the fields that conflict are valid with an alias', () => {
  const document = (alias: string) =>
    parse(`{ job(id: "1") {
      ... on ClaimExtractionJob { input { strategy } }
      ... on ClaimSynthesisJob { input { ${alias} strategy } } } }`);
  expect(validate(schema, document('synthesisStrategy:'))).toEqual([]);
  expect(validate(schema, document(''))).toHaveLength(1);
});

type Composite = GraphQLObjectType | GraphQLInterfaceType;

/** The paths of fields that both types have. A pair of types is entered once on each path. */
function* listCommonPaths(
  a: GraphQLNamedType,
  b: GraphQLNamedType,
  entered: readonly string[] = [],
): Generator<string[]> {
  const fields = 'getFields' in b ? (b as Composite).getFields() : {};
  for (const [name, field] of Object.entries(
    'getFields' in a ? (a as Composite).getFields() : {},
  )) {
    const other = fields[name];
    if (!other) continue;
    const [left, right] = [getNamedType(field.type), getNamedType(other.type)];
    if (isLeafType(left) || isLeafType(right)) {
      yield [name];
      continue;
    }
    yield [name, '__typename'];
    const pair = `${left.name}/${right.name}`;
    if (left === right || entered.includes(pair)) continue;
    for (const path of listCommonPaths(left, right, [...entered, pair])) yield [name, ...path];
  }
}

function isConflict(
  abstract: GraphQLNamedType,
  a: GraphQLNamedType,
  b: GraphQLNamedType,
  path: readonly string[],
): boolean {
  const selection = path.reduceRight((inner, name) => (inner ? `${name} { ${inner} }` : name), '');
  const document = parse(`fragment Both on ${abstract.name} {
    ... on ${a.name} { ${selection} } ... on ${b.name} { ${selection} } }`);
  return validate(schema, document, [OverlappingFieldsCanBeMergedRule]).length > 0;
}
