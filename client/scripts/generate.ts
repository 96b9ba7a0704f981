// Makes src/generated from the server's schema and from documents/. With `--check` it only says whether that is up to date.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import {
  buildSchema,
  Kind,
  getNamedType,
  isInterfaceType,
  isObjectType,
  parse,
  print,
  stripIgnoredCharacters,
} from 'graphql';
import type { FragmentDefinitionNode, GraphQLObjectType, OperationDefinitionNode } from 'graphql';

const root = join(import.meta.dirname, '..');
const schemaText = await readFile(join(root, '../schema.graphql'), 'utf8');
const schema = buildSchema(schemaText);

/** The mutations that start one job, with its type. */
const starts = Object.values(schema.getMutationType()!.getFields()).flatMap(({ name, args }) => {
  const payload = schema.getType(`${toPascal(name)}Payload`) as GraphQLObjectType | undefined;
  const { created, job } = payload?.getFields() ?? {};
  const input = args.find((arg) => arg.name === 'input');
  if (!created || !job || !input) return [];
  return [{ name, input: String(input.type), job: getNamedType(job.type).name }];
});

function toPascal(name: string): string {
  return name[0]!.toUpperCase() + name.slice(1);
}

/** For types and typed documents; the client itself writes those that it needs. */
const startDocuments = starts.map(({ name, input }) => {
  const inner = `__typename ... on ${toPascal(name)}Payload { created job { ...JobFields } }
    ... on Error { message } ... on ValidationError { issues { path message } } ... on RateLimitedError { retryAfterMs }
    ... on NotFoundError { path }`;
  return `mutation ${toPascal(name)}($input: ${input}, $options: JobOptions) { ${name}(input: $input, options: $options) { ${inner} } }`;
});

const folder = join(root, 'documents');
const files = (await readdir(folder)).toSorted();
const written = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));

/** Those of the folder, and those that start jobs. */
function listDocuments() {
  const texts = [...written, ...startDocuments];
  return texts.map((text, index) => ({ location: String(index), document: parse(text) }));
}

async function makeTypes(): Promise<string> {
  const types = await codegen({
    filename: 'types.ts',
    schema: parse(schemaText),
    schemaAst: schema,
    documents: listDocuments(),
    plugins: [{ operations: {} }],
    pluginMap: { operations: typescriptOperations },
    config: {
      scalars: { DateTime: 'string', ID: 'string' },
      enumType: 'string-literal',
      skipTypename: true,
      immutableTypes: true,
    },
  });
  const rows = starts.map(
    ({ name, job }) =>
      `  ${name}: { input: ${toPascal(name)}MutationVariables['input']; answer: ${toPascal(name)}Mutation['${name}']; job: '${job}' };`,
  );
  return `${types}
/** The mutations that start a job: what they take and answer, and the type of job. */
export interface Starts {\n${rows.join('\n')}\n}\n`;
}

/** Each document parsed and typed, for clients that take such. Only those that a page imports are in its bundle. */
async function makeTypedDocuments(): Promise<string> {
  const documents = await codegen({
    filename: 'typed-documents.ts',
    schema: parse(schemaText),
    schemaAst: schema,
    documents: listDocuments(),
    plugins: [{ documents: {} }],
    pluginMap: { documents: typedDocumentNode },
    config: {
      importOperationTypesFrom: 'Types',
      pureMagicComment: true,
      optimizeDocumentNode: true,
      useTypeImports: true,
    },
  });
  return `import type * as Types from './types.ts';\n${documents}`;
}

/** What most pages need late or never is in files of its own: a bundler keeps a file whole. */
const lateFiles = ['polls.graphql', 'results.graphql'];

/** Each document of these files as a text, with the fields of its fragments in their places. Fields are written once. */
function makeDocuments(isIncluded: (file: string) => boolean): string {
  const own = new Set<string>();
  const used = new Set<string>();
  const lines = files.filter(isIncluded).flatMap((file) => {
    const { definitions } = parse(written[files.indexOf(file)]!, { noLocation: true });
    return definitions.map((definition) => {
      const { kind, name } = definition as OperationDefinitionNode | FragmentDefinitionNode;
      own.add(name!.value);
      const text = stripIgnoredCharacters(print(definition));
      const isFragment = kind === Kind.FRAGMENT_DEFINITION;
      const code = writeCode(isFragment ? text.replace(/^.*?{(.*)}$/, '$1') : text, used);
      return { isFragment, line: `export const ${name!.value} = ${code};` };
    });
  });
  const others = [...used].filter((name) => !own.has(name)).toSorted();
  const ordered = [...lines.filter((it) => it.isFragment), ...lines.filter((it) => !it.isFragment)];
  return [
    ...(others.length > 0 ? [`import { ${others.join(', ')} } from './documents.ts';\n`] : []),
    ...ordered.map(({ line }) => `${line}\n`),
  ].join('');
}

/** `"query Job{job{" + JobFields + "}}"` for `query Job{job{...JobFields}}`. */
function writeCode(text: string, used: Set<string>): string {
  const parts = text.split(/\.{3}(?!on )(\w+)/).map((part, index) => {
    if (index % 2 === 0) return JSON.stringify(part);
    used.add(part);
    return part;
  });
  return parts.join(' + ');
}

/** The fields that lead to something that has versions, and their types. */
function makeVersionedFields(): string {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) || isInterfaceType(type),
  );
  const fields = types.flatMap((type) =>
    Object.values(type.getFields()).map((field) => ({
      parent: type.name,
      name: field.name,
      type: getNamedType(field.type).name,
    })),
  );
  const versioned = types
    .filter((type) => 'version' in type.getFields() && 'id' in type.getFields())
    .map(({ name }) => name);
  // What leads on through a union is named by the document, in `... on`.
  const leading = new Set(versioned);
  for (let size = -1; size !== leading.size;) {
    size = leading.size;
    for (const { parent, type } of fields) if (leading.has(type)) leading.add(parent);
  }
  const typesOf = Map.groupBy(fields, ({ name }) => name);
  const rows = fields
    .filter(({ type }) => leading.has(type))
    .map(({ parent, name, type }): [string, string] => {
      const isAlike = typesOf.get(name)!.every((field) => field.type === type);
      return [isAlike ? name : `${parent}.${name}`, type];
    });
  return `/** Types that have an id and versions. */
export const versionedTypes: ReadonlySet<string> = new Set(${JSON.stringify(versioned)});
/** The types of the fields that lead to such a type; with that of its parent where fields of that name differ. */
export const leadingFields: Record<string, string> = ${JSON.stringify(Object.fromEntries(rows))};
`;
}

const banner = '// Made by scripts/generate.ts.\n';
let isCurrent = true;
for (const [name, content] of [
  ['types.ts', await makeTypes()],
  ['typed-documents.ts', await makeTypedDocuments()],
  ['documents.ts', makeDocuments((file) => !lateFiles.includes(file))],
  ['poll-documents.ts', makeDocuments((file) => file === 'polls.graphql')],
  ['result-documents.ts', makeDocuments((file) => file === 'results.graphql')],
  ['versioned-fields.ts', makeVersionedFields()],
] as const) {
  const path = join(root, 'src/generated', name);
  const current = await readFile(path, 'utf8').catch(() => '');
  if (current === banner + content) continue;
  isCurrent = false;
  if (!process.argv.includes('--check')) await writeFile(path, banner + content);
}
if (!isCurrent && process.argv.includes('--check')) {
  console.error(
    'client/src/generated is not what the schema and the documents say: npm run -w client generate',
  );
  process.exit(1);
}
