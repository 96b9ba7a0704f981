import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Environment } from '../../config/environment/environment.ts';
import { StartupError } from '../../errors.ts';

/** What `npx fovea-jobs` runs. */
const program = join(import.meta.dirname, '../../../client/bin/fovea-jobs.js');
/** Its exit codes up to this one say how a job has ended. */
const lastEnd = 2;

export interface TerminalOptions {
  /** Of the GraphQL endpoint, which asks for no token. */
  url: string;
  env: Environment;
  /** Whether it writes bars, and not lines. */
  isTTY: boolean;
  signal: AbortSignal;
}

/** Shows a job to its end, as anybody else can: by the terminal of the client package, in a process of its own. */
export async function watchInTerminal(
  jobId: string,
  { url, env, isTTY, signal }: TerminalOptions,
): Promise<void> {
  const args = ['watch', jobId, '--url', url, ...(isTTY ? [] : ['--text'])];
  const child = spawn(process.execPath, [program, ...args], {
    // The user's token is for another server.
    env: { ...env, FOVEA_TOKEN: undefined },
    stdio: ['ignore', 'inherit', 'inherit'],
    signal,
  });
  // Ctrl+C reaches both processes.
  const [code] = (await once(child, 'exit').catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  })) as [number | null];
  signal.throwIfAborted();
  if (code === null || code > lastEnd)
    throw new StartupError(`The terminal ended with ${code ?? 'a signal'}.`);
}
