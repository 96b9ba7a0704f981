import { readFile, readdir } from 'node:fs/promises';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  printSchema,
} from 'graphql';
import type { GraphQLNamedType, GraphQLObjectType } from 'graphql';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { schema } from '../../src/graphql/schema.ts';
import { listEndpoints } from '../../src/jobs/define-job.ts';
import type { JobDefinition } from '../../src/jobs/define-job.ts';
import { jobDefinitions, subjects } from '../../src/subjects/index.ts';

const subjectsFolder = new URL('../../src/subjects/', import.meta.url);

test('schema.graphql is the schema that is served', async () => {
  const written = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8');
  expect(written).toBe(`${printSchema(schema)}\n`);
});

test('everything in the schema is described', () => {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  const described = types.flatMap(listDescribed);
  expect(described.length).toBeGreaterThan(200);
  const silent = described.filter(({ description }) => !description?.trim());
  expect(silent.map(({ place }) => place)).toEqual([]);
});

test('every job file is in the list of jobs', async () => {
  const files = (await readdir(subjectsFolder, { recursive: true })).filter((file) =>
    file.endsWith('job.ts'),
  );
  const modules = await Promise.all(
    files.map((file) => import(new URL(file, subjectsFolder).href) as Promise<object>),
  );
  const defined = modules.flatMap((module) => Object.values(module)).filter(isJobDefinition);
  expect(new Set(jobDefinitions)).toEqual(new Set(defined));
  expect(jobDefinitions).toHaveLength(defined.length);
});

test('the list has every subject that GraphQL shows', async () => {
  const files = await readdir(subjectsFolder, { recursive: true });
  const shown = files.filter((file) => file.endsWith('/graphql.ts'));
  const load = (file: string) => import(new URL(file, subjectsFolder).href) as Promise<object>;
  expect(shown.length).toBeGreaterThan(0);
  expect(new Set(await Promise.all(subjects.map(async ({ graphql }) => graphql?.())))).toEqual(
    new Set(await Promise.all(shown.map(load))),
  );
});

test('each path that an endpoint sends is one that the media policy decides on', () => {
  const endpoints = listEndpoints(jobDefinitions);
  const sent = endpoints.map(({ request }) => {
    return Object.keys((request as z.ZodObject).shape).filter((name) => /path|url/.test(name));
  });
  const decided = endpoints.map(({ mediaPath, mediaName }) => mediaPath ?? mediaName?.path);
  expect(sent).toEqual(decided.map((name) => (name === undefined ? [] : [name])));
  expect(sent.flat()).toContain('video_path');
});

test('no two jobs share a type or a mutation', () => {
  for (const key of ['type', 'mutation'] as const) {
    const names = jobDefinitions.map((definition) => definition[key]);
    expect(names).toEqual([...new Set(names)]);
  }
});

interface Described {
  place: string;
  description: string | null | undefined;
}

/** A type with all in it that can have a description. */
function listDescribed(type: GraphQLNamedType): Described[] {
  const parts = [{ place: type.name, description: type.description }];
  if (isEnumType(type)) {
    return [...parts, ...type.getValues().map((value) => placed(type.name, value))];
  }
  if (isInputObjectType(type)) {
    return [...parts, ...Object.values(type.getFields()).map((field) => placed(type.name, field))];
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return parts;
  const fields = Object.values(type.getFields()).flatMap((field) => [
    placed(type.name, field),
    ...field.args.map((argument) => placed(`${type.name}.${field.name}`, argument)),
  ]);
  return [...parts, ...fields];
}

function placed(
  parent: string,
  { name, description }: Pick<GraphQLNamedType, 'name' | 'description'>,
): Described {
  return { place: `${parent}.${name}`, description };
}

function isJobDefinition(value: unknown): value is JobDefinition {
  return typeof value === 'object' && value !== null && 'mutation' in value && 'process' in value;
}

test('a type has an id that `node` finds, or says where a cache keeps what has none', () => {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  // Queues are few, and known by their types.
  const known = ['Query', 'Mutation', 'Subscription', 'Queue'];
  // Answers and errors are not kept, edges and connections with the arguments of their field, and inputs with their job.
  const isPart = ({ name }: GraphQLObjectType) =>
    /(Connection|Edge|PageInfo|Payload|Parameters)$/.test(name) ||
    schema.getType(`${name}Input`) !== undefined;
  const inQuestion = types.filter((type) => {
    const isError = type.getInterfaces().some(({ name }) => name === 'Error');
    return !isIntrospectionType(type) && !known.includes(type.name) && !isError && !isPart(type);
  });
  expect(inQuestion.length).toBeGreaterThan(30);
  const unclear = inQuestion.filter((type) => {
    const isNode = type.getInterfaces().some(({ name }) => name === 'Node');
    const says = /Has no id: a cache keeps /.test(type.description ?? '');
    return isNode === says || isNode !== Boolean(type.getFields()['id']);
  });
  expect(unclear.map(({ name }) => name)).toEqual([]);
});
