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

const tsc = join(root, 'node_modules/typescript/bin/tsc');
const compile = (...args: string[]) =>
  promisify(execFile)(process.execPath, [tsc, '-p', folder, ...args]);

test('the snippets of the README and other uses compile, and wrong ones do not', async () => {
  const { stdout } = await compile().catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
}, 60_000);

// 0no-co/gql.tada#22, 0no-co/gql.tada#89, 0no-co/GraphQLSP#254: editors get slow where types are worked out of a large schema.
test('the types of documents are written out, and not worked out of the schema', async () => {
  const { stdout } = await compile('--extendedDiagnostics');
  const instantiations = /^Instantiations: +(\d+)$/m.exec(stdout)?.[1];
  // 23,255 when this was written.
  expect(Number(instantiations)).toBeLessThan(60_000);
}, 60_000);
