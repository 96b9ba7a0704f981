// Makes src/api/generated from the server's schema and the .graphql files beside the screens. With `--check` it only says whether that is up to date.
import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { buildSchema, Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql';
import type { DefinitionNode, FragmentDefinitionNode, OperationDefinitionNode } from 'graphql';
import { describeForms, writeJobInputs } from './describe-forms.ts';

const root = join(import.meta.dirname, '..');
const schemaText = await readFile(join(root, '../schema.graphql'), 'utf8');
const schema = buildSchema(schemaText);
const paths = (await Array.fromAsync(glob('src/**/*.graphql', { cwd: root }))).toSorted();
const texts = await Promise.all(paths.map((path) => readFile(join(root, path), 'utf8')));
const documents = [
  ...texts.map((text, index) => ({ location: paths[index]!, document: parse(text) })),
  { location: 'forms', document: parse(writeJobInputs(schema)) },
];
const definitions = documents.flatMap(({ document }) => document.definitions) as (
  | FragmentDefinitionNode
  | OperationDefinitionNode
)[];
const fragments = new Map(
  definitions
    .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
    .map((fragment) => [fragment.name.value, fragment]),
);

/** A definition and the fragments that it uses, each once. */
function listUsed(definition: DefinitionNode, used = new Set<DefinitionNode>()) {
  if (used.has(definition)) return used;
  used.add(definition);
  visit(definition, {
    FragmentSpread: ({ name }) => void listUsed(fragments.get(name.value)!, used),
  });
  return used;
}

const types = await codegen({
  filename: 'types.ts',
  schema: parse(schemaText),
  schemaAst: schema,
  documents,
  plugins: [{ operations: {} }],
  pluginMap: { operations: typescriptOperations },
  config: {
    scalars: { DateTime: 'string', ID: 'string' },
    enumType: 'string-literal',
    skipTypename: true,
    immutableTypes: true,
  },
});

const operations = definitions
  .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  .map((operation) => {
    const name = operation.name!.value;
    const text = [...listUsed(operation)].map((used) => print(used)).join('\n');
    const kind = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' }[
      operation.operation
    ];
    return `export const ${name} = ${JSON.stringify(stripIgnoredCharacters(text))} as Document<Types.${name}${kind}, Types.${name}${kind}Variables>;`;
  });

const banner = '// Made by scripts/generate.ts.\n';
const made = {
  'types.ts': `${banner}${types}`,
  'forms.ts': `${banner}${describeForms(schema)}`,
  'documents.ts': `${banner}import type { Document } from '../document.ts';\nimport type * as Types from './types.ts';\n\n${operations.join('\n')}\n`,
};
for (const [name, content] of Object.entries(made)) {
  const path = join(root, 'src/api/generated', name);
  if ((await readFile(path, 'utf8').catch(() => '')) === content) continue;
  if (process.argv.includes('--check')) {
    console.error(
      `web/src/api/generated/${name} is not what the schema and the documents say: npm run -w web generate`,
    );
    process.exitCode = 1;
  } else await writeFile(path, content);
}
