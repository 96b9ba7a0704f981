import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './compose-file.ts';

export interface Image extends AsyncDisposable {
  /** What would be /app in the image. */
  folder: string;
  /** The Dockerfile's lines. */
  lines: string[];
  /** What the Dockerfile copies from the project. */
  copied: string[];
  /** The command that installs packages. */
  install: string;
}

/** Builds the image's /app in a folder, as the Dockerfile says, so that the tests need no container engine. */
export async function buildImage(): Promise<Image> {
  const text = await readFile(join(root, 'deploy/Dockerfile'), 'utf8');
  const lines = text.split('\n');
  const copies = lines.filter((line) => line.startsWith('COPY ') && !line.includes('--from'));
  const copied = [...new Set(copies.flatMap((line) => line.split(/\s+/).slice(1, -1)))];
  const install = lines.find((line) => line.startsWith('RUN npm '))?.slice('RUN '.length);
  if (install === undefined) throw new Error('deploy/Dockerfile installs no packages');

  const folder = await mkdtemp(join(tmpdir(), 'fovea-image-'));
  for (const name of copied) await cp(join(root, name), join(folder, name), { recursive: true });
  // Otherwise npm installs where `npm test` was started.
  const { npm_config_local_prefix: _, ...env } = process.env;
  const [command = '', ...args] = install.split(' ');
  await promisify(execFile)(command, [...args, '--prefer-offline'], { cwd: folder, env });
  return {
    folder,
    lines,
    copied,
    install,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
