import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSchema, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestStack, startTestApp } from './environment/app/app.ts';
import type { TestApp, TestStack } from './environment/app/app.ts';
import { createCollector } from './environment/clients/collector.ts';
import { startFakeModelService } from './environment/model-service/fake-model-service.ts';
import type { FakeModelService } from './environment/model-service/fake-model-service.ts';
import { startBatch } from './environment/jobs/batches.ts';
import { createSubjects, startJob } from './environment/jobs/jobs.ts';
import { expectNoLeaks } from './environment/app/leaks.ts';

expectNoLeaks();

/** The compiler takes its time on a busy machine. */
const withinMs = 60_000;

const root = join(import.meta.dirname, '..');
const readme = await readFile(join(root, 'README.md'), 'utf8');
const apiPage = await readFile(join(root, 'docs/api.md'), 'utf8');

const documents = listBlocks('graphql');

const snippets = {
  fetch: findSnippet(`accept: 'text/event-stream'`),
  apollo: findSnippet(`from '@apollo/client'`),
  urql: findSnippet(`from '@urql/core'`),
  ours: findSnippet(`from 'fovea-jobs-client'`),
  video: findSnippet('HTMLVideoElement'),
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
  const blocks = `${readme}\n${apiPage}`.matchAll(/^```(\w+)\n([^]*?)^```$/gm);
  return [...blocks].filter((block) => block[1] === language).map((block) => block[2] ?? '');
}

function findSnippet(mark: string): string {
  const found = listBlocks('ts').filter((block) => block.includes(mark));
  if (found.length !== 1) throw new Error(`${found.length} snippets with ${mark}`);
  return found[0] as string;
}

/** Makes a file of a snippet; `apiUrl` stands in for the address in it, and our client's source for the package. */
async function writeSnippet(name: keyof typeof snippets, apiUrl?: string): Promise<string> {
  let code = snippets[name].replace("'fovea-jobs-client'", "'../../client/src/index.ts'");
  if (!code.includes(jobInterface)) code = `${jobInterface}\n${code}`;
  if (apiUrl !== undefined) code = code.replaceAll('127.0.0.1:4000', new URL(apiUrl).host);
  const path = join(folder, `${name}.ts`);
  await writeFile(path, code);
  return path;
}

test('the documents are valid', async () => {
  const schema = buildSchema(await readFile(join(root, 'schema.graphql'), 'utf8'));
  expect(documents.length).toBeGreaterThan(0);
  for (const document of documents) expect(validate(schema, parse(document))).toEqual([]);
});

test('the snippets have the right types', { timeout: withinMs }, async () => {
  await Promise.all(([...clients, 'ours', 'video'] as const).map((name) => writeSnippet(name)));
  const compilerOptions = { lib: ['esnext', 'dom', 'dom.iterable'], noUnusedLocals: false };
  const config = { extends: '../../tsconfig.json', compilerOptions, include: ['*.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const checked = promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch(
    (error) => error,
  );
  expect((await checked).stdout).toBe('');
});

describe('against a server', () => {
  let app: TestApp;
  let batchId: string;
  let subjects: Awaited<ReturnType<typeof createSubjects>>;
  beforeAll(async () => {
    app = await startTestApp({ stack, env: { MODEL_SERVICE_URL: model.url } });
    subjects = await createSubjects(app.graphql);
    batchId = (await startBatch(app.graphql, { jobs: [{ summarizeVideo: subjects }] }))['batch'].id;
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test.each(clients)('the %s snippet shows a job to its end', async (name) => {
    const { watchJob, client }: ClientSnippet = await import(await writeSnippet(name, app.url));
    const gate = model.hold('/api/summarize');
    const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
    await gate.reached();
    const shown = createCollector<WatchedJob>();
    watchJob(id, shown.push);
    // The work begins before the row says so.
    while ((await shown.next()).state !== 'ACTIVE');
    gate.open();
    while ((await shown.next()).state !== 'COMPLETED');

    const versions = shown.all.map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    expect(shown.all.at(-1)).toMatchObject({ state: 'COMPLETED', progress: 100 });
    client?.stop?.();
  });

  test('the snippet of our client gives a summary', async () => {
    const { summarize } = (await import(await writeSnippet('ours', app.url))) as {
      summarize: (...args: [string, string, (percent: number) => void]) => Promise<string>;
    };
    const percents: number[] = [];
    const { videoId, personaId } = subjects;
    expect(await summarize(videoId, personaId, (percent) => percents.push(percent))).toMatch(/\w+/);
    expect(percents.at(-1)).toBe(100);
    expect(await summarize(videoId, 'nobody', () => undefined)).toMatch(/problem|not|no /i);
  });

  test.each(documents.map((document) => ({ document, line: document.split('\n', 1)[0] })))(
    'the document that begins with $line runs',
    async ({ document }) => {
      const { id } = await startJob(app.graphql, 'summarizeVideo', subjects);
      const variables = {
        id,
        ids: [id, subjects.videoId],
        batchId,
        jobs: [{ summarizeVideo: subjects }],
        filter: {},
        ...subjects,
      };
      for await (const answer of app.graphql.subscribe('sse', document, variables)) {
        expect(answer.errors).toBeUndefined();
        expect(answer.data).toBeTruthy();
        break;
      }
    },
  );
});

test('the job is that of the subject that a test runs', async () => {
  const file = await readFile(join(root, 'test/environment/headline/job.ts'), 'utf8');
  const inSubjects = file
    .replaceAll(`'../../../src/subjects/`, `'../`)
    .replaceAll(`'../../../src/`, `'../../`);
  expect(snippets.job).toBe(inSubjects);
});
