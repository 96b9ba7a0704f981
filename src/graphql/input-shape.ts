import { z } from 'zod';

/** One field of a job's input, as GraphQL declares it. */
export interface FieldShape {
  name: string;
  /** A GraphQL scalar or the name of an enum. */
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
}

/** The part of JSON Schema that job inputs use, with the metadata that `jobs/input-fields.ts` adds. */
const nodeSchema = z.object({
  type: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  graphql: z.string().optional(),
  values: z.record(z.string(), z.string()).optional(),
  get items() {
    return nodeSchema.optional();
  },
  get anyOf() {
    return z.array(nodeSchema).optional();
  },
});
type Node = z.output<typeof nodeSchema>;

const objectSchema = z.object({
  properties: z.record(z.string(), nodeSchema),
  required: z.array(z.string()).default([]),
});

const scalars: Record<string, string> = {
  string: 'String',
  integer: 'Int',
  number: 'Float',
  boolean: 'Boolean',
};

/** The fields of a zod object, read from its JSON Schema. */
export function describeFields(input: z.ZodObject): FieldShape[] {
  const { properties, required } = objectSchema.parse(z.toJSONSchema(input, { io: 'input' }));
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
    };
  });
}

function unwrapNullable(node: Node): Node {
  return node.anyOf?.find((option) => option.type !== 'null') ?? node;
}

function getScalar(name: string, node: Node): string {
  const scalar = scalars[node.type ?? ''];
  if (!scalar) throw new Error(`input field ${name} has a type that GraphQL does not support`);
  return scalar;
}
