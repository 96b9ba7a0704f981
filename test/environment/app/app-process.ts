import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createGraphQLClient } from '../clients/graphql-client.ts';
import type { GraphQLClient } from '../clients/graphql-client.ts';
import { compileCache } from './compile-cache.ts';

const root = join(import.meta.dirname, '../../..');
const shiftedClock = join(import.meta.dirname, 'shifted-clock.mjs');
const startsWithinMs = 60_000;
const endsWithinMs = 60_000;

/** The program in a process of its own, as an operator runs it. */
export interface AppProcess extends AsyncDisposable {
  /** Empty for a worker. */
  url: string;
  graphql: GraphQLClient;
  pid: number;
  /** Everything it printed so far, both streams in their order of arrival. */
  readonly output: string;
  kill: (signal: NodeJS.Signals) => void;
  /** Resolves once it has ended, with its exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
}

export interface AppProcessOptions {
  /** How far its clock is ahead; 0 by default. */
  clockOffsetMs?: number;
}

/** Starts the program in a role, and resolves once it has printed that it serves. */
export async function startAppProcess(
  role: string,
  env: Record<string, string>,
  options: AppProcessOptions = {},
): Promise<AppProcess> {
  const program = runApp(role, env, options);
  const url = await Promise.race([
    waitForAddress(program.child),
    program.ended.then((code) => {
      throw new Error(`${role} ended with ${code}:\n${program.output}`);
    }),
  ]);
  return Object.assign(program, { url, graphql: createGraphQLClient(url) });
}

/** Runs a command of the program to its end, with nothing but this environment; kills it after a minute. */
export async function runCommand(args: readonly string[], env: Record<string, string>) {
  const { promise, resolve } = Promise.withResolvers<CommandResult>();
  const options = {
    cwd: root,
    env: { PATH: process.env['PATH'], ...compileCache, ...env },
    timeout: endsWithinMs,
  };
  execFile(process.execPath, ['src/main.ts', ...args], options, (error, stdout, stderr) =>
    resolve({ code: error ? error.code : 0, stdout, stderr }),
  );
  return promise;
}

interface CommandResult {
  code: unknown;
  stdout: string;
  stderr: string;
}

/** Starts the program in a role; disposal kills it if it still runs. */
export function runApp(
  role: string,
  env: Record<string, string>,
  { clockOffsetMs = 0 }: AppProcessOptions = {},
) {
  const clock = clockOffsetMs === 0 ? [] : ['--import', shiftedClock];
  const child = spawn(process.execPath, [...clock, 'src/main.ts', role], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      LOG_LEVEL: 'info',
      CLOCK_AHEAD_MS: String(clockOffsetMs),
      ...compileCache,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const ended = once(child, 'exit').then(
    ([code, signal]) => (code ?? signal) as number | NodeJS.Signals,
  );
  return {
    child,
    /** 0 if it could not be spawned. */
    pid: child.pid ?? 0,
    ended,
    get output() {
      return output;
    },
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function waitForAddress(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let printed = '';
  const onData = (chunk: Buffer) => {
    printed += chunk.toString();
    const found = /^fovea-jobs \S+ (?:at (\S+?)(?:\/graphql)?|is running)$/m.exec(printed);
    if (found) resolve(found[1] ?? '');
  };
  const timer = setTimeout(
    () => reject(new Error(`It does not serve after ${startsWithinMs} ms:\n${printed}`)),
    startsWithinMs,
  );
  child.stdout?.on('data', onData);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    child.stdout?.off('data', onData);
  }
}
