import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeTypeUses } from './environment/type-uses.ts';

const client = join(import.meta.dirname, '..');
const root = join(client, '..');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(client, '.types-'));
  await writeTypeUses(folder);
  const config = {
    extends: '../tsconfig.json',
    compilerOptions: {
      module: 'esnext',
      moduleResolution: 'bundler',
      customConditions: ['source'],
      types: [],
    },
    include: ['*.ts', '*.tsx'],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the snippets of the README and other uses compile, and wrong ones do not', async () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const compiled = promisify(execFile)(process.execPath, [tsc, '-p', folder]);
  const { stdout } = await compiled.catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
}, 60_000);
