import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './compose-file.ts';

const run = promisify(execFile);

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

/** The lines of each stage of a Dockerfile; the last one has no name. */
function readStages(lines: readonly string[]): Map<string, string[]> {
  const stages = new Map<string, string[]>();
  let stage: string[] = [];
  for (const line of lines) {
    if (line.startsWith('FROM ')) {
      stage = [];
      stages.set(/ AS (?<name>\w+)$/.exec(line)?.groups!['name'] ?? '', stage);
    } else stage.push(line);
  }
  return stages;
}

/** What a stage copies from the project. */
function listCopied(stage: readonly string[]): string[] {
  const copies = stage.filter((line) => line.startsWith('COPY ') && !line.includes('--from'));
  return copies.flatMap((line) => line.split(/\s+/).slice(1, -1));
}

async function copyAll(names: readonly string[], folder: string): Promise<void> {
  for (const name of names) await cp(join(root, name), join(folder, name), { recursive: true });
}

/** Builds the image's /app in a folder, as the Dockerfile says, so that the tests need no container engine. */
export async function buildImage(): Promise<Image> {
  const lines = (await readFile(join(root, 'deploy/Dockerfile'), 'utf8')).split('\n');
  const stages = readStages(lines);
  const [dependencies, console, last] = ['dependencies', 'console', ''].map((name) =>
    listCopied(stages.get(name)!),
  ) as [string[], string[], string[]];
  const install = lines.find((line) => line.startsWith('RUN npm '))?.slice('RUN '.length);
  if (install === undefined) throw new Error('deploy/Dockerfile installs no packages');

  const folder = await mkdtemp(join(tmpdir(), 'fovea-image-'));
  await copyAll([...dependencies, ...last], folder);
  // Otherwise npm installs where `npm test` was started.
  const { npm_config_local_prefix: _, ...env } = process.env;
  const [command = '', ...args] = install.split(' ');
  await run(command, [...args, '--prefer-offline'], { cwd: folder, env });
  await buildConsole([...dependencies, ...console], join(folder, 'web/dist'));
  return {
    folder,
    lines,
    copied: [...new Set([...dependencies, ...console, ...last])],
    install,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Builds the console from what its stage copies, with the packages that are installed here. */
async function buildConsole(copied: readonly string[], target: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fovea-console-'));
  await copyAll(copied, folder);
  const packages = join(root, 'node_modules');
  await mkdir(join(folder, 'node_modules'));
  for (const name of await readdir(packages)) {
    // The client is the one of the stage.
    const from = name === 'fovea-jobs-client' ? '../client' : join(packages, name);
    await symlink(from, join(folder, 'node_modules', name));
  }
  const { npm_config_local_prefix: _, ...env } = process.env;
  await run('npm', ['run', 'console'], { cwd: folder, env });
  await cp(join(folder, 'web/dist'), target, { recursive: true });
  await rm(folder, { recursive: true, force: true });
}
