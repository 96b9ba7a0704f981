import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSchema, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { variables as ofProcess } from '../src/config/environment/variables.ts';
import { describeQueueVariables } from '../src/config/workers.ts';
import type { Variable } from '../src/config/environment/variable.ts';
import { jobDefinitions } from '../src/subjects/index.ts';
import { createTestStack, startTestApp } from './environment/app/app.ts';
import type { TestApp, TestStack } from './environment/app/app.ts';
import { createCollector } from './environment/clients/collector.ts';
import { startFakeModelService } from './environment/model-service/fake-model-service.ts';
import type { FakeModelService } from './environment/model-service/fake-model-service.ts';
import { createSubjects, startJob } from './environment/jobs/jobs.ts';
import { expectNoLeaks } from './environment/app/leaks.ts';

expectNoLeaks();

/** The compiler takes its time on a busy machine. */
const withinMs = 60_000;

const root = join(import.meta.dirname, '..');
const readme = await readFile(join(root, 'README.md'), 'utf8');
const frontEnds = await readFile(join(root, 'docs/front-ends.md'), 'utf8');
const configuration = await readFile(join(root, 'docs/configuration.md'), 'utf8');

const documents = listBlocks('graphql');

const snippets = {
  fetch: findSnippet(`accept: 'text/event-stream'`),
  apollo: findSnippet(`from '@apollo/client'`),
  urql: findSnippet(`from '@urql/core'`),
  job: findSnippet('defineJob({'),
};
const clients = ['fetch', 'apollo', 'urql'] as const;

/** Later snippets of a page take it from the first. */
const jobInterface = /^interface Job .*$/m.exec(snippets.fetch)?.[0] ?? '';

interface WatchedJob {
  version: number;
  state: string;
  progress: number;
}

interface ClientSnippet {
  watchJob: (id: string, show: (job: WatchedJob) => void) => unknown;
  client?: { stop?: () => void };
}

let folder: string;
let stack: TestStack;
let model: FakeModelService;
beforeAll(async () => {
  folder = await mkdtemp(join(import.meta.dirname, '.readme-'));
  stack = await createTestStack('embedded');
  model = await startFakeModelService();
});
afterAll(async () => {
  await model[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

function listBlocks(language: string): string[] {
  const blocks = `${readme}\n${frontEnds}`.matchAll(/^```(\w+)\n([^]*?)^```$/gm);
  return [...blocks].filter((block) => block[1] === language).map((block) => block[2] ?? '');
}

function findSnippet(mark: string): string {
  const found = listBlocks('ts').filter((block) => block.includes(mark));
  if (found.length !== 1) throw new Error(`${found.length} snippets with ${mark}`);
  return found[0] as string;
}

/** Makes a file of a snippet; `apiUrl` stands in for the address in it. */
async function writeSnippet(name: (typeof clients)[number], apiUrl?: string): Promise<string> {
  let code = snippets[name];
  if (!code.includes(jobInterface)) code = `${jobInterface}\n${code}`;
  if (apiUrl !== undefined) code = code.replaceAll('127.0.0.1:4000', new URL(apiUrl).host);
  const path = join(folder, `${name}.ts`);
  await writeFile(path, code);
  return path;
}

test('the variables in the table are those that are read, with their defaults and meanings', () => {
  const [, table = ''] = configuration.split(
    '| variable | default | meaning |\n| --- | --- | --- |\n',
  );
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n');
  expect(rows).toEqual([...Object.values(ofProcess).map(toRow), ...listQueueRows()]);
  for (const { type } of jobDefinitions) expect(configuration).toContain(`\`${type}\``);
});

function toRow({ name, help, ...rest }: Variable<unknown>): string {
  return `| \`${name}\` | ${defaultText(rest)} | ${help} |`;
}

function defaultText({
  fallback,
  defaultText,
}: Pick<Variable<unknown>, 'fallback' | 'defaultText'>): string {
  return defaultText ?? (fallback === null ? '–' : `\`${fallback as string}\``);
}

/** One row for all queues; where their defaults differ, it has the default of each, in the order of the list. */
function listQueueRows(): string[] {
  const queues = jobDefinitions.map((definition) => ({
    type: definition.type,
    variables: Object.values(describeQueueVariables(definition, 'external')) as Variable<unknown>[],
  }));
  return queues[0]!.variables.map(({ name, help }, index) => {
    const defaults = queues.map(({ variables }) => defaultText(variables[index]!));
    const shown = new Set(defaults).size === 1 ? [defaults[0]] : defaults;
    return `| \`${name.replace(queues[0]!.type, '<TYPE>')}\` | ${shown.join(', ')} | ${help} |`;
  });
}

test('the documents are valid', async () => {
  const schema = buildSchema(await readFile(join(root, 'schema.graphql'), 'utf8'));
  expect(documents.length).toBeGreaterThan(0);
  for (const document of documents) expect(validate(schema, parse(document))).toEqual([]);
});

test('the snippets have the right types', { timeout: withinMs }, async () => {
  await Promise.all(clients.map((name) => writeSnippet(name)));
  const config = { extends: '../../tsconfig.json', include: ['*.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const checked = promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch(
    (error) => error,
  );
  expect((await checked).stdout).toBe('');
});

describe('against a server', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ stack, env: { MODEL_SERVICE_URL: model.url } });
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test.each(clients)('the %s snippet shows a job to its end', async (name) => {
    const { watchJob, client }: ClientSnippet = await import(await writeSnippet(name, app.url));
    const gate = model.hold('/api/summarize');
    const { id } = await startJob(app.graphql, 'summarizeVideo', await createSubjects(app.graphql));
    await gate.reached();
    const shown = createCollector<WatchedJob>();
    watchJob(id, shown.push);
    expect((await shown.next()).state).toBe('ACTIVE');
    gate.open();
    while ((await shown.next()).state !== 'COMPLETED');

    const versions = shown.all.map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    expect(shown.all.at(-1)).toMatchObject({ state: 'COMPLETED', progress: 100 });
    client?.stop?.();
  });
});

test('the job is that of the subject that a test runs', async () => {
  const file = await readFile(join(root, 'test/environment/headline/job.ts'), 'utf8');
  const inSubjects = file
    .replaceAll(`'../../../src/subjects/`, `'../`)
    .replaceAll(`'../../../src/`, `'../../`);
  expect(snippets.job).toBe(inSubjects);
});
