import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type {
  GraphQLInputField,
  GraphQLInputObjectType,
  GraphQLNamedType,
  GraphQLSchema,
} from 'graphql';
import type { Field, Form } from '../src/new-job/form/field.ts';
import { readBounds, readAlternatives } from './read-description.ts';

/** What a form makes, beside jobs: what jobs are about. */
const subjects = ['registerVideo', 'createPersona'];

/** The mutations that start one job or pipeline, in the order of the schema. */
export function listStarts(schema: GraphQLSchema): string[] {
  const batchJob = schema.getType('BatchJobInput') as GraphQLInputObjectType;
  return Object.keys(batchJob.getFields());
}

/** A module with a form for each mutation that starts something or makes what jobs are about. */
export function describeForms(schema: GraphQLSchema): string {
  const starts = listStarts(schema);
  const forms = [...starts, ...subjects].map((name) => describeForm(schema, name));
  const options = describeInput(schema.getType('JobOptions') as GraphQLInputObjectType);
  const names = new Set([...forms, options].flatMap(({ fields }) => listNames(fields)));
  const union = (texts: Iterable<string>) => [...texts].map((text) => `'${text}'`).join(' | ');
  return [
    `import type { Field, Form } from '../../new-job/form/field.ts';\n`,
    `export type StartName = ${union(starts)};`,
    `export type FormName = StartName | ${union(subjects)};`,
    `export type FieldName = ${union([...names].toSorted())};\n`,
    `/** What starts a job of a type again. */`,
    `export const startOf: Record<string, StartName> = ${JSON.stringify(listTypes(schema, starts), null, 2)};\n`,
    `export const forms: { readonly [Name in FormName]: Form<Name> } = {`,
    ...forms.map((form) => `${form.name}: ${JSON.stringify(form, null, 2)},`),
    `};\n`,
    `export const jobOptions: readonly Field[] = ${JSON.stringify(options.fields, null, 2)};\n`,
  ].join('\n');
}

/** A query for the input of a job of any type, under the name of the mutation that starts it. */
export function writeJobInputs(schema: GraphQLSchema): string {
  const inputs = listStarts(schema).flatMap((name) => {
    const job = findJobType(schema, name);
    return job ? `... on ${job} { ${name}: input ${selectAll(schema, `${job}.input`)} }` : [];
  });
  return `query RepeatedJob($id: ID!) { job(id: $id) { id type priority tags ${inputs.join(' ')} } }`;
}

function selectAll(schema: GraphQLSchema, coordinate: string): string {
  const [typeName, fieldName] = coordinate.split('.') as [string, string];
  const owner = schema.getType(typeName);
  if (!isObjectType(owner)) return '';
  const type = getNamedType(owner.getFields()[fieldName]!.type);
  if (!isObjectType(type)) return '';
  const inner = Object.keys(type.getFields()).map(
    (name) => `${name} ${selectAll(schema, `${type.name}.${name}`)}`,
  );
  return `{ ${inner.join(' ')} }`;
}

/** The type of the job that a mutation starts; undefined if it starts a pipeline. */
function findJobType(schema: GraphQLSchema, name: string): string | undefined {
  const payload = schema.getType(`${name[0]!.toUpperCase()}${name.slice(1)}Payload`);
  const job = isObjectType(payload) ? payload.getFields()['job'] : undefined;
  return job && getNamedType(job.type).name;
}

function listTypes(schema: GraphQLSchema, starts: readonly string[]): Record<string, string> {
  const pairs = starts.flatMap((name) => {
    const job = findJobType(schema, name)?.replace(/Job$/, '');
    return job ? [[job.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase(), name] as const] : [];
  });
  return Object.fromEntries(pairs);
}

function describeForm(schema: GraphQLSchema, name: string): Form {
  const mutation = schema.getMutationType()!.getFields()[name]!;
  const input = mutation.args.find((argument) => argument.name === 'input')!;
  const described = describeInput(getNamedType(input.type) as GraphQLInputObjectType);
  return { name, description: mutation.description ?? '', ...described };
}

function describeInput(type: GraphQLInputObjectType) {
  const fields = Object.values(type.getFields()).map((field) => describeField(field));
  const alternatives = readAlternatives(type.description ?? '', fields);
  return { fields, ...(alternatives && { alternatives }) };
}

function describeField({ name, type, defaultValue, ...field }: GraphQLInputField): Field {
  const inner = getNamedType(type);
  const isList = isListType(getNullableType(type));
  const description = field.description ?? '';
  const kind = readKind(inner);
  return {
    name,
    type: kind as Field['type'],
    description,
    ...(isList && { isList }),
    ...(isNonNullType(type) && { isRequired: true }),
    ...(defaultValue !== undefined && { defaultValue: defaultValue as string }),
    ...readBounds(kind, isList, description),
    ...(isEnumType(inner) && {
      values: inner
        .getValues()
        .map((value) => ({ name: value.name, description: value.description ?? '' })),
    }),
    ...(isInputObjectType(inner) && describeInput(inner)),
  };
}

function readKind(type: GraphQLNamedType): string {
  if (isEnumType(type)) return 'Enum';
  return isInputObjectType(type) ? 'Group' : type.name;
}

function listNames(fields: readonly Field[]): string[] {
  return fields.flatMap(({ name, fields: inner = [] }) => [name, ...listNames(inner)]);
}
