import { createJobs } from '../create-jobs.ts';
import { JobsError } from '../errors.ts';
import { lossOf } from '../wire/loss.ts';
import { readArguments, usage, UsageError } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import { commands } from './commands.ts';
import { exitCodes } from './exit-codes.ts';
import { createScreen } from './screen.ts';
import type { Format, Output } from './screen.ts';

interface Terminal {
  args: readonly string[];
  env: Record<string, string | undefined>;
  output: Output;
  errors: Pick<Output, 'write'>;
  /** Aborted by Ctrl+C. */
  signal: AbortSignal;
}

function chooseFormat({ isTTY }: Output, { isText }: Arguments): Format {
  if (isTTY && !isText) return 'bars';
  return isText ? 'text' : 'json';
}

/** Runs a command, and returns its exit code. */
export async function runTerminal(terminal: Terminal): Promise<number> {
  const { args, env, output, errors, signal } = terminal;
  let read: Arguments | undefined;
  try {
    read = readArguments(args, env);
    if (read.command === 'help') {
      output.write(usage);
      return exitCodes.completed;
    }
    const command = Object.hasOwn(commands, read.command) ? commands[read.command] : undefined;
    if (!command) throw new UsageError(`There is no command ${read.command}.`);
    const token = env['FOVEA_TOKEN'];
    using jobs = createJobs({ url: read.url, ...(token !== undefined && { token }) });
    const screen = createScreen(chooseFormat(output, read), { output, errors });
    jobs.wire.subscribe(() => screen.showWire(jobs.wire.get()));
    return await command({ jobs, screen, ...read, signal });
  } catch (error) {
    if (signal.aborted) return toInterruption(read);
    const { message, code } = explain(error);
    errors.write(`${message}\n`);
    return code;
  }
}

/** Lists and queues have no end but Ctrl+C; a job that was watched has not ended yet. */
function toInterruption(read: Arguments | undefined): number {
  const isEndless =
    read !== undefined && (read.command === 'queues' || read.mine || read.queue !== undefined);
  return isEndless ? exitCodes.completed : exitCodes.interrupted;
}

function explain(error: unknown): { message: string; code: number } {
  const { message, cause } = error as Error;
  if (error instanceof UsageError)
    return { message: `${message}\n\n${usage}`, code: exitCodes.misunderstood };
  if (error instanceof JobsError) return { message, code: exitCodes.failed };
  if (lossOf(error).reason === 'unauthorized')
    return {
      message: 'The server asks for a valid token: set FOVEA_TOKEN.',
      code: exitCodes.denied,
    };
  // What fetch says is only that it has failed.
  const reason = cause instanceof Error && cause.message ? cause.message : message;
  return { message: `The server does not answer: ${reason}`, code: exitCodes.unavailable };
}
