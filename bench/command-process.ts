import { fork } from 'node:child_process';
import type { StdioOptions } from 'node:child_process';
import { once } from 'node:events';

/** What a process of the bench can be told to do, by name. */
export type Commands = Record<string, (argument: never) => unknown>;

interface Call {
  id: number;
  name: string;
  argument: unknown;
}

type Answer = { id: number; value: unknown } | { id: number; error: string };

/** Serves commands to the bench's main process, and ends with it. */
export function serveCommands(commands: Commands): void {
  process.on('message', (call: Call) => void answer(commands, call));
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

async function answer(commands: Commands, { id, name, argument }: Call): Promise<void> {
  try {
    const value = await commands[name]?.(argument as never);
    process.send?.({ id, value });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.stack : String(error) });
  }
}

/** A process that serves commands, as the bench's main process sees it; disposal kills it. */
export interface CommandProcess<Served extends Commands> extends AsyncDisposable {
  pid: number;
  call: <Name extends keyof Served>(
    name: Name,
    ...argument: Parameters<Served[Name]>
  ) => Promise<Awaited<ReturnType<Served[Name]>>>;
}

/** Starts a file of the bench as a process; resolves once it serves commands. */
export async function startCommandProcess<Served extends Commands>(
  file: string,
  env: Record<string, string>,
): Promise<CommandProcess<Served>> {
  // Its log goes to stderr, as our stdout has only the report.
  const stdio: StdioOptions = ['ignore', process.stderr, 'inherit', 'ipc'];
  const child = fork(file, { env: { ...process.env, ...env }, stdio });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const exit = once(child, 'exit');
  const fail = (): void => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} has ended`));
  };
  child.once('exit', fail);
  await Promise.race([
    once(child, 'message'),
    exit.then(([code]) => {
      throw new Error(`${file} ended with ${code}`);
    }),
  ]);
  child.on('message', (message: Answer) => {
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if ('error' in message) call?.reject(new Error(message.error));
    else call?.resolve(message.value);
  });

  let calls = 0;
  const call = (name: string, argument: unknown): Promise<unknown> => {
    calls += 1;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(calls, answer);
    child.send({ id: calls, name, argument });
    return answer.promise;
  };
  return {
    pid: child.pid ?? 0,
    call: call as CommandProcess<Served>['call'],
    async [Symbol.asyncDispose]() {
      child.off('exit', fail);
      child.kill('SIGKILL');
      await exit;
    },
  };
}
