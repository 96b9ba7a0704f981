import fc from 'fast-check';
import { getNamedType, isInterfaceType, isLeafType, isObjectType, isUnionType } from 'graphql';
import type {
  GraphQLArgument,
  GraphQLField,
  GraphQLNamedOutputType,
  GraphQLObjectType,
} from 'graphql';
import { schema } from '../../../src/graphql/schema.ts';
import { optionalValue, withoutAbsent } from './argument-values.ts';
import type { Ids } from '../target.ts';
import { toLiteral } from './serialize.ts';

/** An argument of any field of an operation, and the variable that holds its value. */
interface ArgumentPlace {
  variable: string;
  argument: GraphQLArgument;
}

/** An operation on one root field, with every argument of the fields below it. */
export interface OperationTemplate {
  kind: 'query' | 'mutation' | 'subscription';
  field: string;
  places: readonly ArgumentPlace[];
  /** Writes the selection. Each argument gets the text for its variable, or is left out. */
  write: (values: Record<string, string>) => string;
}

/** Fields that contain host names, which answers to others must not have. */
const namesOfMachines = new Set(['host', 'worker']);
/** Fields whose type differs between the types of jobs: one document cannot select them all. */
const conflicting = new Set(['input']);
const maxDepth = 4;

/** Finds every operation that takes arguments in the schema, so that a new one is included at once. */
export function listOperationTemplates(): OperationTemplate[] {
  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  return Object.entries(roots).flatMap(([kind, root]) =>
    Object.values(root?.getFields() ?? {})
      .map((field) => toTemplate(kind as OperationTemplate['kind'], field))
      .filter(({ places }) => places.length > 0),
  );
}

function toTemplate(
  kind: OperationTemplate['kind'],
  field: GraphQLField<unknown, unknown>,
): OperationTemplate {
  const places: ArgumentPlace[] = [];
  const parts = writeField(field, maxDepth, [], places);
  const write = (values: Record<string, string>) =>
    parts.replaceAll(/\((\d+),(\d+)\)/g, (_all, from: string, to: string) => {
      const given = places
        .slice(Number(from), Number(to))
        .filter(({ variable }) => values[variable] !== undefined)
        .map(({ variable, argument }) => `${argument.name}: ${values[variable]}`);
      return given.length > 0 ? `(${given.join(', ')})` : '';
    });
  return { kind, field: field.name, places, write };
}

/** Writes a field. In place of its arguments stand the numbers of the first and the last in `places`. */
function writeField(
  field: GraphQLField<unknown, unknown>,
  depth: number,
  above: readonly string[],
  places: ArgumentPlace[],
): string {
  const from = places.length;
  for (const argument of field.args) places.push({ variable: `v${places.length}`, argument });
  const args = field.args.length > 0 ? `(${from},${places.length})` : '';
  const type = getNamedType(field.type);
  if (isLeafType(type)) return `${field.name}${args}`;
  return `${field.name}${args} { ${writeSelection(type, depth - 1, above, places)} }`;
}

function writeSelection(
  type: GraphQLNamedOutputType,
  depth: number,
  above: readonly string[],
  places: ArgumentPlace[],
): string {
  const path = [...above, type.name];
  const within = (of: GraphQLNamedOutputType, names: (name: string) => boolean) => {
    if (!isObjectType(of) && !isInterfaceType(of)) return '';
    return Object.values(of.getFields())
      .filter(({ name, type: its }) => {
        const inner = getNamedType(its);
        const isSelected = names(name) && !namesOfMachines.has(name) && !conflicting.has(name);
        return isSelected && (isLeafType(inner) || (depth > 0 && !path.includes(inner.name)));
      })
      .map((field) => writeField(field, depth, path, places))
      .join(' ');
  };
  if (isObjectType(type)) return `__typename ${within(type, () => true)}`;
  const members = isUnionType(type) ? type.getTypes() : schema.getPossibleTypes(type as never);
  const shared = isInterfaceType(type) ? Object.keys(type.getFields()) : [];
  const fragments = members.map((member) => {
    if (type.name === 'Node') return writeLeaves(member);
    const own = within(member, (name) => !shared.includes(name));
    return own && `... on ${member.name} { ${own} }`;
  });
  return `__typename ${within(type, () => true)} ${fragments.join(' ')}`;
}

/** Fields of a type that may be any: under names of its own, as what they return differs from type to type. */
function writeLeaves(member: GraphQLObjectType): string {
  const leaves = Object.values(member.getFields()).filter(
    (field) => isLeafType(getNamedType(field.type)) && field.args.length === 0,
  );
  const aliased = leaves.map(({ name }) => `${member.name}_${name}: ${name}`);
  return `... on ${member.name} { ${aliased.join(' ')} }`;
}

export interface OperationCall {
  template: OperationTemplate;
  /** By variable, without those that are absent. */
  values: Record<string, unknown>;
}

export function callsOf(
  templates: readonly OperationTemplate[],
  ids: Ids,
): fc.Arbitrary<OperationCall> {
  return fc.constantFrom(...templates).chain((template) => {
    const { videoId: _video, personaId: _persona, ...spare } = ids;
    // What the other cases name stays as it is.
    const known = /^(update|delete)/.test(template.field) ? spare : ids;
    const given = template.places.map(
      ({ variable, argument }) => [variable, optionalValue(argument, known)] as const,
    );
    return fc.record(Object.fromEntries(given)).map((all) => {
      const values = withoutAbsent(all);
      return { template, values, toString: () => `${template.field} ${toLiteral(values)}` };
    });
  });
}

/** Writes a document that takes all arguments from variables. */
export function toDocument({ kind, places, write }: OperationTemplate): string {
  const variables = places.map(({ variable, argument }) => {
    const { defaultValue, type } = argument;
    const isSafe = defaultValue === undefined || !String(type).endsWith('!');
    return `$${variable}: ${isSafe ? String(type) : String(type).slice(0, -1)}`;
  });
  const names = Object.fromEntries(places.map(({ variable }) => [variable, `$${variable}`]));
  return `${kind} (${variables.join(', ')}) { ${write(names)} }`;
}

/** Writes a document that contains the values of all arguments. */
export function toInlineDocument({ template, values }: OperationCall): string {
  const literals = Object.entries(values).map(([name, value]) => [name, toLiteral(value)]);
  return `${template.kind} { ${template.write(Object.fromEntries(literals))} }`;
}
