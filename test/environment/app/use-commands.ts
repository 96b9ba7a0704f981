import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { eventually } from '../eventually.ts';
import { createTestStack } from './app.ts';
import type { TestStack } from './app.ts';
import { compileCache } from './compile-cache.ts';

const root = join(import.meta.dirname, '../../..');

/** Node, PGlite and a language model have to load, each time and on a busy machine too. */
export const commandMs = 90_000;

/** An embedded database and an empty folder for the commands of a file, which run as processes of their own. */
export function useCommands() {
  let stack: TestStack;
  let folder: string;
  beforeAll(async () => {
    stack = await createTestStack('embedded');
    folder = await mkdtemp(join(tmpdir(), 'fovea-commands-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await stack[Symbol.asyncDispose]();
  });

  /** `node src/main.ts …` in that folder; its output is no terminal. */
  function start(args: string[], env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...args], {
      cwd: folder,
      env: {
        MODEL_STEP_DELAY_MS: '10',
        LOG_LEVEL: 'error',
        PORT: '0',
        ...compileCache,
        ...stack.env,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const closed = once(child, 'close');
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = closed.then(([code]: unknown[]) => ({ code, stdout, stderr }));
    return {
      ended,
      /** The part of the output that the pattern's first group takes, once it is there. */
      printed: (pattern: RegExp) =>
        eventually(
          () => pattern.exec(stdout)?.[1] ?? expect.fail(`no ${pattern} in ${stdout}${stderr}`),
          { withinMs: commandMs },
        ),
      stop: () => child.kill('SIGTERM'),
      async [Symbol.asyncDispose]() {
        child.kill('SIGKILL');
        await closed;
      },
    };
  }

  async function run(args: string[], env?: Record<string, string>) {
    await using command = start(args, env);
    return await command.ended;
  }

  return {
    /** Where they run. */
    get folder() {
      return folder;
    },
    start,
    /** Runs a command to its end. */
    run,
  };
}
