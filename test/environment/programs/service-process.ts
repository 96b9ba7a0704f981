import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface ServiceProcessOptions {
  command: string;
  args: string[];
  /** The service's own folder: its working directory, removed with it. */
  folder: string;
  /** What the service prints once it accepts connections. */
  ready: RegExp;
  stopSignal: 'TERM' | 'QUIT' | 'KILL';
  /** Who runs it, when not we. */
  user?: { uid: number; gid: number } | undefined;
}

const startsWithinMs = 30_000;

/** Output kept to tell why a service did not start. */
const maxOutputLength = 10_000;

// A shell stands between: its stdin closes when we end, however we end (a SIGKILL too), and it ends the service then.
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

/** Starts a service and resolves once it is ready; it and its folder are gone after disposal, or after our own end. */
export async function startServiceProcess(
  options: ServiceProcessOptions,
): Promise<AsyncDisposable> {
  const { command, args, folder, stopSignal, user } = options;
  const child = spawn('sh', ['-c', guard, 'guard', command, ...args], {
    ...user,
    cwd: folder,
    detached: true, // a Ctrl-C at the terminal is for us: we then stop it in order
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
    await isReady(child, options.ready);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { [Symbol.asyncDispose]: dispose };
}

async function isReady(child: ChildProcess, ready: RegExp): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let output = '';
  const fail = (why: string): void => reject(new Error(`${child.spawnargs[4]} ${why}:\n${output}`));
  const timer = setTimeout(fail, startsWithinMs, `was not ready within ${startsWithinMs} ms`);
  const onOutput = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-maxOutputLength);
    if (ready.test(output)) resolve();
  };
  // They stay: a pipe that nobody reads would stop the service.
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

/** Starts something on a port that was free a moment ago, and again on another if it was taken in between. */
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

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
