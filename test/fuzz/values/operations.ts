import fc from 'fast-check';
import { getNamedType, isInterfaceType, isLeafType, isObjectType, isUnionType } from 'graphql';
import type { GraphQLArgument, GraphQLField, GraphQLNamedOutputType } from 'graphql';
import { schema } from '../../../src/graphql/schema.ts';
import { toGiven, withoutAbsent } from './argument-values.ts';
import type { Ids } from '../target.ts';
import { toLiteral } from './serialize.ts';

/** An argument of a field anywhere in an operation. */
interface Place {
  variable: string;
  argument: GraphQLArgument;
}

/** An operation on one root field, with every argument below it as well. */
export interface Template {
  kind: 'query' | 'mutation' | 'subscription';
  field: string;
  places: readonly Place[];
  /** The selection, in which each argument is whatever is given for its variable, or left out. */
  write: (values: Record<string, string>) => string;
}

/** What an operator may see of the machines that work, and nobody is told by mistake. */
const namesOfMachines = new Set(['host', 'worker']);
/** Of the same name and of other types in each kind of job, so that one document cannot have them all. */
const contradictory = new Set(['input']);
const maxDepth = 4;

/** Every operation that takes arguments, found in the schema: a new one is there at once. */
export function listTemplates(): Template[] {
  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  return Object.entries(roots).flatMap(([kind, root]) =>
    Object.values(root?.getFields() ?? {})
      .map((field) => toTemplate(kind as Template['kind'], field))
      .filter(({ places }) => places.length > 0),
  );
}

function toTemplate(kind: Template['kind'], field: GraphQLField<unknown, unknown>): Template {
  const places: Place[] = [];
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

/** Where arguments go, there are the numbers of their places, from and to. */
function writeField(
  field: GraphQLField<unknown, unknown>,
  depth: number,
  above: readonly string[],
  places: Place[],
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
  places: Place[],
): string {
  const path = [...above, type.name];
  const within = (of: GraphQLNamedOutputType, names: (name: string) => boolean) => {
    if (!isObjectType(of) && !isInterfaceType(of)) return '';
    return Object.values(of.getFields())
      .filter(({ name, type: its }) => {
        const inner = getNamedType(its);
        const isWanted = names(name) && !namesOfMachines.has(name) && !contradictory.has(name);
        return isWanted && (isLeafType(inner) || (depth > 0 && !path.includes(inner.name)));
      })
      .map((field) => writeField(field, depth, path, places))
      .join(' ');
  };
  if (isObjectType(type)) return `__typename ${within(type, () => true)}`;
  const members = isUnionType(type) ? type.getTypes() : schema.getPossibleTypes(type as never);
  const shared = isInterfaceType(type) ? Object.keys(type.getFields()) : [];
  const fragments = members.map((member) => {
    const own = within(member, (name) => !shared.includes(name));
    return own && `... on ${member.name} { ${own} }`;
  });
  return `__typename ${within(type, () => true)} ${fragments.join(' ')}`;
}

export interface Call {
  template: Template;
  /** By variable; absent ones are not there. */
  values: Record<string, unknown>;
}

export function toCalls(templates: readonly Template[], ids: Ids): fc.Arbitrary<Call> {
  return fc.constantFrom(...templates).chain((template) => {
    const given = template.places.map(
      ({ variable, argument }) => [variable, toGiven(argument, ids)] as const,
    );
    return fc.record(Object.fromEntries(given)).map((all) => {
      const values = withoutAbsent(all);
      return { template, values, toString: () => `${template.field} ${toLiteral(values)}` };
    });
  });
}

/** With all that is given as variables. */
export function toDocument({ kind, places, write }: Template): string {
  const variables = places.map(({ variable, argument }) => {
    const { defaultValue, type } = argument;
    const isSafe = defaultValue === undefined || !String(type).endsWith('!');
    return `$${variable}: ${isSafe ? String(type) : String(type).slice(0, -1)}`;
  });
  const names = Object.fromEntries(places.map(({ variable }) => [variable, `$${variable}`]));
  return `${kind} (${variables.join(', ')}) { ${write(names)} }`;
}

/** With all that is given written into it. */
export function toLiteralDocument({ template, values }: Call): string {
  const literals = Object.entries(values).map(([name, value]) => [name, toLiteral(value)]);
  return `${template.kind} { ${template.write(Object.fromEntries(literals))} }`;
}
