import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const client = join(import.meta.dirname, '../..');
const modules = join(client, '../node_modules');
const { resolve } = createRequire(join(client, 'package.json'));

/** What apps have beside the package, if they use more of it than its core. */
const peers = [
  '@apollo/client',
  '@graphql-typed-document-node/core',
  '@types/react',
  '@urql/core',
  'graphql',
  'react',
  'rxjs',
  'wonka',
];

export interface PackedPackage extends AsyncDisposable {
  /** An app that has nothing but the package, as npm installs it. */
  alone: string;
  /** An app that has its peers too. */
  app: string;
}

/** Packs the workspace as for publication, and installs it in two empty folders, without a registry. */
export async function installPacked(): Promise<PackedPackage> {
  await using packing = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'fovea-packed-'));
  packing.defer(() => rm(folder, { recursive: true, force: true }));
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: client,
  });
  const tarball = join(folder, stdout.trim().split('\n').at(-1)!);
  const alone = join(folder, 'alone');
  const app = join(folder, 'app');
  await mkdir(alone);
  await writeFile(join(alone, 'package.json'), '{ "private": true, "type": "module" }');
  const options = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...options, tarball], { cwd: alone });
  await cp(alone, app, { recursive: true, verbatimSymlinks: true });
  for (const name of peers) {
    const path = join(app, 'node_modules', name);
    await mkdir(dirname(path), { recursive: true });
    await symlink(join(modules, name), path);
  }
  const packed = packing.move();
  return { alone, app, [Symbol.asyncDispose]: () => packed.disposeAsync() };
}

/** Runs a program in a folder; what it writes, and its exit code. */
export async function runIn(folder: string, program: string, args: readonly string[]) {
  const ended = run(program, [...args], { cwd: folder });
  const {
    stdout,
    stderr,
    code = 0,
  } = (await ended.catch((error: { stdout: string; stderr: string; code: number }) => error)) as {
    stdout: string;
    stderr: string;
    code?: number;
  };
  return { stdout, stderr, code };
}

/** The program of Bun or Deno for this platform, which npm has installed beside its package. */
export function findRuntime(name: 'bun' | 'deno', path: string): string {
  const manifest = resolve(`${name}/package.json`);
  const require = createRequire(manifest);
  const { optionalDependencies } = require(manifest) as {
    optionalDependencies: Record<string, string>;
  };
  for (const platform of Object.keys(optionalDependencies)) {
    try {
      return join(dirname(require.resolve(`${platform}/package.json`)), path);
    } catch {
      // It is that of another platform.
    }
  }
  throw new Error(`npm has not installed ${name} for this platform.`);
}
