import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { TestStack } from './app.ts';

const root = join(import.meta.dirname, '../../..');

/** Runs `keys` as an operator does. */
export async function runKeys({ env }: TestStack, args: readonly string[]) {
  const { promise, resolve } = Promise.withResolvers<{
    code: unknown;
    stdout: string;
    stderr: string;
  }>();
  const options = {
    cwd: root,
    env: { PATH: process.env['PATH'], MODEL_SERVICE_URL: 'http://127.0.0.1:9', ...env },
  };
  const argv = ['src/main.ts', 'keys', ...args];
  execFile(process.execPath, argv, options, (error, stdout, stderr) =>
    resolve({ code: error ? error.code : 0, stdout, stderr }),
  );
  return promise;
}
