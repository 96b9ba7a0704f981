import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { useTestApp } from '../../../test/environment/app/use-test-app.ts';
import { eventually } from '../../../test/environment/eventually.ts';
import { createSubjects, holdSummary } from '../../../test/environment/jobs/jobs.ts';
import { openBrowser } from '../../../test/environment/programs/browser.ts';
import { findRuntime, installPacked, runIn } from '../environment/packed-package.ts';
import type { PackedPackage } from '../environment/packed-package.ts';
import { serveExample } from '../environment/serve-example.ts';
import { writeTypeUses } from '../environment/type-uses.ts';

expectNoLeaks();

const client = join(import.meta.dirname, '../..');
const { app, model } = useTestApp('embedded');
let packed: PackedPackage;
beforeAll(async () => {
  packed = await installPacked();
});
afterAll(() => packed[Symbol.asyncDispose]());

interface Manifest {
  exports: Record<string, Record<string, string>>;
  dependencies?: object;
}

async function readManifest(): Promise<Manifest> {
  const path = join(packed.alone, 'node_modules/fovea-jobs-client/package.json');
  return JSON.parse(await readFile(path, 'utf8')) as Manifest;
}

/** Starts a job, and waits for its result, by each transport. */
const useCore = `
import process from 'node:process';
import { createJobs } from 'fovea-jobs-client';
const [url, input] = process.argv.slice(2);
for (const transport of ['websocket', 'sse', 'poll']) {
  using jobs = createJobs({ url, transports: [transport] });
  const run = await jobs.run.summarizeVideo(JSON.parse(input), { idempotencyKey: null });
  const states = [];
  for await (const { state } of jobs.watch(run.id)) states.push(state);
  const { text } = await run.result;
  console.log(JSON.stringify([jobs.wire.get().transport, states.at(-1), typeof text]));
}
`;

test('the package has the files that it exports, and depends on nothing', async () => {
  const { exports, dependencies } = await readManifest();
  expect(dependencies).toBeUndefined();
  const files = Object.values(exports).flatMap((conditions) => Object.values(conditions));
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) {
    await readFile(join(packed.alone, 'node_modules/fovea-jobs-client', file));
  }
});

test('each of its entries can be imported, and its core without any peer', async () => {
  const names = Object.keys((await readManifest()).exports).map((path) =>
    path.replace('.', 'fovea-jobs-client'),
  );
  const show = (imported: readonly string[]) =>
    `${imported.map((name) => `await import('${name}');`).join('')} console.log('imported');`;
  const evaluate = ['--input-type=module', '--eval'];
  const all = await runIn(packed.app, process.execPath, [...evaluate, show(names)]);
  expect(all).toMatchObject({ stdout: 'imported\n', stderr: '' });
  const core = await runIn(packed.alone, process.execPath, [
    ...evaluate,
    show(['fovea-jobs-client', 'fovea-jobs-client/fovea']),
  ]);
  expect(core).toMatchObject({ stdout: 'imported\n', stderr: '' });
});

test('its program asks the server', async () => {
  const program = join(packed.alone, 'node_modules/.bin/fovea-jobs');
  const help = await runIn(packed.alone, program, ['help']);
  expect(help.code).toBe(0);
  expect(help.stdout).toMatch(/fovea-jobs watch <id>/);
  const queues = await runIn(packed.alone, program, ['queues', '--url', `${app.url}/graphql`]);
  expect(queues.code).toBe(0);
  expect(queues.stdout).toMatch(/^{"type":"VIDEO_SUMMARIZATION"/m);
  expect(await runIn(packed.alone, program, ['dance'])).toMatchObject({ code: 64 });
});

describe.each([
  ['TypeScript 7', join(client, '../node_modules/typescript')],
  ['TypeScript 5.9', join(client, 'node_modules/typescript')],
])('%s', (name, compiler) => {
  test.each([
    ['bundler', 'esnext'],
    ['nodenext', 'nodenext'],
  ])('takes its types by the resolution of %s', async (moduleResolution, module) => {
    const { version } = JSON.parse(await readFile(join(compiler, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(`TypeScript ${version}`).toContain(`${name}.`);
    await writeTypeUses(packed.app);
    const compilerOptions = {
      target: 'es2022',
      lib: ['esnext', 'dom', 'dom.iterable'],
      module,
      moduleResolution,
      jsx: 'react-jsx',
      types: [],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      verbatimModuleSyntax: true,
    };
    const config = { compilerOptions, include: ['*.ts', '*.tsx'] };
    await writeFile(join(packed.app, 'tsconfig.json'), JSON.stringify(config));
    const compiled = await runIn(packed.app, process.execPath, [join(compiler, 'bin/tsc')]);
    expect(compiled.stdout).toBe('');
  });
});

describe.each([
  ['Node', process.execPath, []],
  ['Bun', findRuntime('bun', 'bin/bun'), []],
  ['Deno', findRuntime('deno', 'deno'), ['run', '--allow-all', '--no-remote']],
])('%s', (_name, runtime, options) => {
  test('runs its core by every transport', async () => {
    await writeFile(join(packed.alone, 'use-core.js'), useCore);
    const input = JSON.stringify(await createSubjects(app.graphql));
    const ran = await runIn(packed.alone, runtime, [
      ...options,
      'use-core.js',
      `${app.url}/graphql`,
      input,
    ]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(
      ran.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(['websocket', 'sse', 'poll'].map((transport) => [transport, 'COMPLETED', 'string']));
  });
});

test('the example is built, and shows a job from its first percent to its summary', async () => {
  await createSubjects(app.graphql);
  await using server = await serveExample(packed.app, app.url);
  await using browser = await openBrowser();
  const page = await browser.newPage();
  await page.goto(server.url);
  const [looking] = holdSummary(model, [{ progress: 0.3, stage: 'Looking' }]);
  await page.getByRole('button', { name: 'Summarize' }).click();
  const bar = page.getByRole('progressbar');
  await eventually(async () => expect(await bar.getAttribute('value')).toBe('30'));
  expect(await page.locator('p').last().textContent()).toContain('Looking');
  expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(1);
  looking!.open();
  await eventually(async () =>
    expect(await page.locator('blockquote').textContent()).toMatch(/\w{4}/),
  );
});
