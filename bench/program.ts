import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

const isInspectorMessage = /^(Debugger|For help)/;

/** A server in a process of its own; disposal kills it, as `kill` does. */
export interface Program extends AsyncDisposable {
  url: string;
  pid: number;
  kill: () => Promise<void>;
}

/** Starts a file, and resolves once it has printed its address; its stderr goes to ours. */
export async function startProgram(args: string[], env: Record<string, string>): Promise<Program> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (!isInspectorMessage.test(chunk.toString())) process.stderr.write(chunk);
  });
  const exit = once(child, 'exit');
  const { promise: address, resolve } = Promise.withResolvers<string>();
  let printed = '';
  // The listener stays: a full pipe would block the program.
  child.stdout.on('data', (chunk: Buffer) => {
    if (printed.length < 10_000) printed += chunk.toString();
    const found = / at (http:\/\/[^\s/]+)/.exec(printed)?.[1];
    if (found) resolve(found);
  });
  // The program must not survive us, however we end.
  const killNow = (): void => void child.kill('SIGKILL');
  process.once('exit', killNow);
  const kill = async (): Promise<void> => {
    process.off('exit', killNow);
    killNow();
    await exit;
  };
  const ended = exit.then(([code]) => {
    throw new Error(`${args.join(' ')} ended with ${code}:\n${printed}`);
  });
  const url = await Promise.race([address, ended]);
  return { url, pid: child.pid ?? 0, kill, [Symbol.asyncDispose]: kill };
}

/** Runs a command to its end; rejects if it fails. */
export async function runProgram(args: string[], env: Record<string, string>): Promise<void> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
}
