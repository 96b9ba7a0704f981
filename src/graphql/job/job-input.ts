import { z } from 'zod';
import { builder } from '../builder.ts';
import { choiceRefs } from '../enums.ts';
import { describeFields } from '../input-shape.ts';
import type { FieldShape, GroupShape } from '../input-shape.ts';

/** What is in a job's input, in a group of it, or in an element of a list of groups. */
type Fields = Record<string, unknown>;

const groupInputs = new Map<string, object>();
const groupTypes = new Map<string, object>();

/** The input type of a mutation, from the schema that parses it. */
export function defineInput(name: string, description: string, schema: z.ZodObject) {
  return defineInputType(name, description, describeFields(schema));
}

/** The object type of what such an input was parsed to. */
export function defineParameters(name: string, description: string, schema: z.ZodObject) {
  return defineObjectType(name, description, describeFields(schema));
}

/** The object type of a group, for results that have the fields of it. */
export function getTypeOfGroup<Schema extends z.ZodObject>(group: Schema) {
  const [field] = describeFields(z.object({ group }));
  return getGroupType(field!.group!) as ReturnType<typeof builder.objectRef<z.output<Schema>>>;
}

function defineInputType(name: string, description: string, shapes: readonly FieldShape[]) {
  const ref = builder.inputRef<object>(name);
  ref.implement({
    description,
    fields: (t) =>
      Object.fromEntries(
        shapes.map((field) => [
          field.name,
          t.field({
            type: toFieldType(field, getGroupInput) as never,
            required: field.isRequired as never,
            defaultValue: field.defaultValue as never,
            description: field.description,
          }),
        ]),
      ),
  });
  return ref;
}

function defineObjectType(name: string, description: string, shapes: readonly FieldShape[]) {
  const ref = builder.objectRef<Fields>(name);
  ref.implement({
    description,
    fields: (t) =>
      Object.fromEntries(
        shapes.map((field) => [
          field.name,
          t.field({
            type: toFieldType(field, getGroupType) as 'String',
            nullable: !field.isPresent,
            description: field.description,
            resolve: (parent) => parent[field.name] as never,
          }),
        ]),
      ),
  });
  return ref;
}

/** The ref of a group or an enum, or the name of a GraphQL scalar. */
function toFieldType(
  { type, isList, group }: FieldShape,
  getGroup: (group: GroupShape) => object,
): unknown {
  const ref = group ? getGroup(group) : (choiceRefs.get(type) ?? type);
  return isList ? [ref] : ref;
}

function getGroupInput({ name, description, fields }: GroupShape): object {
  const known = groupInputs.get(name) ?? defineInputType(`${name}Input`, description, fields);
  groupInputs.set(name, known);
  return known;
}

function getGroupType({ name, description, fields }: GroupShape): object {
  const known = groupTypes.get(name) ?? defineObjectType(name, description, fields);
  groupTypes.set(name, known);
  return known;
}
