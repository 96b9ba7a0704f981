import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

export interface ServiceProcessOptions {
  command: string;
  args: string[];
  /** The service's working directory, which is removed when it ends. */
  folder: string;
  /** Matches what the service prints once it accepts connections. */
  ready: RegExp;
  stopSignal: 'TERM' | 'QUIT' | 'KILL';
  /** The user that runs it, if not ours. */
  user?: { uid: number; gid: number } | undefined;
}

const startsWithinMs = 30_000;

/** Characters of output that are kept, to explain why a service did not start. */
const maxOutputLength = 10_000;

// A shell runs the service: its stdin closes when we end, even by SIGKILL, and then it stops the service.
const guard = `
exec 3<&0
"$@" </dev/null 3<&- &
service=$!
{ read -r _ <&3; kill -s "$STOP_SIGNAL" "$service"; } 2>/dev/null &
reader=$!
wait "$service"
code=$?
kill "$reader" 2>/dev/null
cd / && rm -rf "$SERVICE_FOLDER"
exit "$code"`;

/** Starts a service, and resolves once it is ready. Disposal, or our own end, stops it and removes its folder. */
export async function startServiceProcess(
  options: ServiceProcessOptions,
): Promise<AsyncDisposable> {
  const { command, args, folder, stopSignal, user } = options;
  const child = spawn('sh', ['-c', guard, 'guard', command, ...args], {
    ...user,
    cwd: folder,
    detached: true, // Ctrl-C must reach us alone: we then stop the service ourselves
    env: {
      PATH: process.env['PATH'],
      LC_ALL: 'C',
      STOP_SIGNAL: stopSignal,
      SERVICE_FOLDER: folder,
    },
  });
  const closed = once(child, 'close');
  const dispose = async (): Promise<void> => {
    child.stdin.end();
    await closed;
  };
  try {
    await waitUntilReady(child, options.ready);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { [Symbol.asyncDispose]: dispose };
}

async function waitUntilReady(child: ChildProcess, ready: RegExp): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let output = '';
  const fail = (why: string): void => reject(new Error(`${child.spawnargs[4]} ${why}:\n${output}`));
  const timer = setTimeout(fail, startsWithinMs, `was not ready within ${startsWithinMs} ms`);
  const onOutput = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-maxOutputLength);
    if (ready.test(output)) resolve();
  };
  // The listeners stay: a full pipe would block the service.
  child.stdout?.on('data', onOutput);
  child.stderr?.on('data', onOutput);
  child.once('error', reject);
  child.once('close', () => fail('ended'));
  try {
    await promise;
  } finally {
    clearTimeout(timer);
  }
}

const portAttempts = 5;

/** Starts something on a free port; tries another one if the port has been taken in the meantime. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await findFreePort());
    } catch (error) {
      const isClash = error instanceof Error && /address already in use/i.test(error.message);
      if (!isClash || attempt === portAttempts) throw error;
    }
  }
}

/** Below those that systems give to connections and to servers on port 0: one of these could be taken before it is used. */
const unassignedPorts = { from: 20_000, to: 32_767 };

export async function findFreePort(): Promise<number> {
  const port = randomInt(unassignedPorts.from, unassignedPorts.to + 1);
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return findFreePort();
  }
  server.close();
  await once(server, 'close');
  return port;
}
