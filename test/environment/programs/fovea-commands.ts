import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './compose-file.ts';

/** The commands with which deploy/README.md replaces FOVEA's, in the order of its table. */
export async function readFoveaCommands(): Promise<string[]> {
  const text = await readFile(join(root, 'deploy/README.md'), 'utf8');
  const [, table = ''] = text.split('| there | here |\n| --- | --- |\n');
  const rows = table.slice(0, table.search(/\n\n|\n$/)).split('\n');
  const cells = rows.map((row) => row.split(/(?<!\\)\|/)[2] ?? '');
  return cells.flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!.replaceAll(String.raw`\|`, '|')),
  );
}

/** Finds the command that contains `part`, and returns it without its `docker` prefix. */
export async function findFoveaCommand(part: string, docker: string): Promise<string> {
  const found = (await readFoveaCommands()).filter((it) => it.includes(part));
  if (found.length !== 1 || !found[0]!.startsWith(docker)) {
    throw new Error(
      `deploy/README.md must have one command with ${part}, which begins with ${docker}`,
    );
  }
  return found[0]!.slice(docker.length);
}

/** Runs a command in a shell, and returns what it prints; rejects if it fails, as grep does when it finds nothing. */
export async function runInShell(command: string, env: NodeJS.ProcessEnv = {}, input = '') {
  const running = promisify(execFile)('sh', ['-c', command], { env: { ...process.env, ...env } });
  running.child.stdin!.end(input);
  return (await running).stdout;
}
