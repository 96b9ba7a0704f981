import { z } from 'zod';

/** One field of a job's input, as GraphQL declares it. */
export interface FieldShape {
  name: string;
  /** A GraphQL scalar, or the name of an enum or a group. */
  type: string;
  isList: boolean;
  /** Whether the parsed input always has it. */
  isPresent: boolean;
  /** Whether the client must provide it. */
  isRequired: boolean;
  defaultValue: unknown;
  description: string;
  /** The values of an enum, each with its description. */
  values: Record<string, string> | undefined;
  group: GroupShape | undefined;
}

/** Fields of an input that belong together. */
export interface GroupShape {
  name: string;
  description: string;
  fields: FieldShape[];
}

/** The part of JSON Schema that job inputs use, with the metadata that `jobs/input-fields.ts` adds. */
const nodeSchema = z.object({
  type: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  graphql: z.string().optional(),
  values: z.record(z.string(), z.string()).optional(),
  groupDescription: z.string().optional(),
  get properties() {
    return z.record(z.string(), nodeSchema).optional();
  },
  required: z.array(z.string()).optional(),
  get items() {
    return nodeSchema.optional();
  },
  get anyOf() {
    return z.array(nodeSchema).optional();
  },
});
type Node = z.output<typeof nodeSchema>;

const scalars: Record<string, string> = {
  string: 'String',
  integer: 'Int',
  number: 'Float',
  boolean: 'Boolean',
};

/** The fields of a zod object, read from its JSON Schema. */
export function describeFields(input: z.ZodObject): FieldShape[] {
  return listFields(nodeSchema.parse(z.toJSONSchema(input, { io: 'input' })));
}

/** Every group in these fields and in those of other groups, each once. */
export function listGroups(fields: readonly FieldShape[]): Map<string, GroupShape> {
  const groups = fields.flatMap(({ group }) => group ?? []);
  return new Map(
    groups.flatMap((group) => [[group.name, group] as const, ...listGroups(group.fields)]),
  );
}

function listFields({ properties = {}, required = [] }: Node): FieldShape[] {
  return Object.entries(properties).map(([name, node]) => {
    const inner = unwrapNullable(node);
    const element = inner.items ?? inner;
    return {
      name,
      type: element.graphql ?? getScalar(name, element),
      isList: inner.items !== undefined,
      isPresent: required.includes(name) || node.default !== undefined,
      isRequired: required.includes(name),
      defaultValue: node.default,
      description: node.description ?? '',
      values: element.values,
      group: readGroup(element),
    };
  });
}

function readGroup(node: Node): GroupShape | undefined {
  if (!node.properties) return undefined;
  const { graphql = '', groupDescription = '' } = node;
  return { name: graphql, description: groupDescription, fields: listFields(node) };
}

function unwrapNullable(node: Node): Node {
  return node.anyOf?.find((option) => option.type !== 'null') ?? node;
}

function getScalar(name: string, node: Node): string {
  const scalar = scalars[node.type ?? ''];
  if (!scalar) throw new Error(`input field ${name} has a type that GraphQL does not support`);
  return scalar;
}
