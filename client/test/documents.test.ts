import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSchema, validate } from 'graphql';
import type { DocumentNode } from 'graphql';
import { expect, test } from 'vitest';
import * as documents from '../src/documents/index.ts';
import { buildPage } from './environment/build-page.ts';

const root = join(import.meta.dirname, '../..');
const entries = Object.entries(documents) as [string, DocumentNode][];
const operations = entries.filter(([name]) => !name.endsWith('FragmentDoc'));

// graffle#1453, graphql-code-generator#10873: no boxed strings that are strings for some.
test('each document is one that every client takes: parsed, with its fragments, valid for the schema', async () => {
  const schema = buildSchema(await readFile(join(root, 'schema.graphql'), 'utf8'));
  expect(operations.length).toBeGreaterThan(10);
  for (const [name, document] of entries) expect([name, document.kind]).toEqual([name, 'Document']);
  for (const [name, document] of operations)
    expect([name, validate(schema, document)]).toEqual([name, []]);
});

// graphql-code-generator#8520, #8634
test('what a fragment selects is read as it is: nothing must be unmasked', async () => {
  expect(Object.keys(documents).filter((name) => /^(use|make|read|get)/i.test(name))).toEqual([]);
  const types = await readFile(join(root, 'client/src/generated/types.ts'), 'utf8');
  expect(types).not.toMatch(/fragmentRefs|FragmentType/i);
});

// graphql-code-generator#9780: without a plugin of the bundler.
test('a page has the documents that it imports, and no others', async () => {
  const code = [...(await buildPage('document.ts')).values()].join('\n');
  const named = code.matchAll(
    /OperationDefinition[`"],operation:[`"]\w+[`"],name:\{kind:[`"]Name[`"],value:[`"](\w+)/g,
  );
  expect(Array.from(named, ([, name]) => name)).toEqual(['JobUpdated']);
});
