import { createJobs } from '../create-jobs.ts';
import { JobsError } from '../errors.ts';
import { JobLogs } from '../generated/poll-documents.ts';
import type { JobLogsQuery } from '../generated/types.ts';
import type { Job, JobFilter, Jobs, LogLine, StartName } from '../jobs.ts';
import { isFinal } from '../topics/job.ts';
import { readArguments, usage, UsageError } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import { createScreen } from './screen.ts';
import type { Output, Screen } from './screen.ts';

export const exitCodes = {
  completed: 0,
  failed: 1,
  canceled: 2,
  misunderstood: 64,
  unavailable: 69,
};

interface Terminal {
  args: readonly string[];
  env: Record<string, string | undefined>;
  output: Output;
  errors: Pick<Output, 'write'>;
  /** Aborted by Ctrl+C. */
  signal: AbortSignal;
}

type Command = (
  context: { jobs: Jobs; screen: Screen; signal: AbortSignal } & Arguments,
) => Promise<number>;

function toExitCode({ state }: Job): number {
  if (state === 'COMPLETED') return exitCodes.completed;
  return state === 'FAILED' ? exitCodes.failed : exitCodes.canceled;
}

const watchOne = async (
  jobs: Jobs,
  screen: Screen,
  id: string,
  signal: AbortSignal,
): Promise<number> => {
  let last: Job | undefined;
  for await (const job of jobs.watch(id, { signal })) {
    last = job;
    screen.showJobs([job]);
  }
  return last ? toExitCode(last) : exitCodes.failed;
};

const commands: Record<string, Command> = {
  async watch({ jobs, screen, subject, mine, queue, signal }) {
    if (!mine && queue === undefined)
      return watchOne(jobs, screen, need(subject, 'the id of a job'), signal);
    const filter = queue === undefined ? {} : ({ types: [queue] } as JobFilter);
    for await (const list of jobs.watchAll(filter, { signal })) {
      if (list.isCurrent) screen.showJobs(list.jobs.filter((job) => mine || !isFinal(job)));
    }
    return exitCodes.completed;
  },

  async submit({ jobs, screen, subject, input, signal }) {
    const name = need(subject, 'a mutation, such as summarizeVideo') as StartName;
    const run = await jobs.run[name](input as never, { signal });
    if (run.error) {
      const { message } = run.error;
      const issues = 'issues' in run.error ? run.error.issues : [];
      const lines = issues.map((issue) => `\n  ${issue.path.join('.')}: ${issue.message}`);
      screen.write(`${message}${lines.join('')}`, run.error);
      return exitCodes.failed;
    }
    return watchOne(jobs, screen, run.id, signal);
  },

  async cancel({ jobs, screen, subject }) {
    const answer = await jobs.cancel(need(subject, 'the id of a job'));
    screen.write('outcome' in answer ? answer.outcome : answer.message, answer);
    return 'outcome' in answer ? exitCodes.completed : exitCodes.failed;
  },

  async retry({ jobs, screen, subject, signal }) {
    const answer = await jobs.retry(need(subject, 'the id of a job'));
    if ('job' in answer) return watchOne(jobs, screen, answer.job.id, signal);
    screen.write(answer.message, answer);
    return exitCodes.failed;
  },

  async logs({ jobs, screen, subject, follow, signal }) {
    const id = need(subject, 'the id of a job');
    const lines = follow ? jobs.logs(id, { signal }) : listLog(jobs, id);
    for await (const line of lines) {
      screen.write(`${line.at} ${line.level.padEnd(5)} ${line.message}`, line);
    }
    return exitCodes.completed;
  },

  async queues({ jobs, screen, follow, signal }) {
    for await (const queues of jobs.queues({ signal })) {
      screen.showQueues(queues);
      if (!follow) break;
    }
    return exitCodes.completed;
  },
};

function need(value: string | undefined, what: string): string {
  if (value === undefined) throw new UsageError(`It needs ${what}.`);
  return value;
}
/** What a log has now, page by page. */
async function* listLog(jobs: Jobs, id: string): AsyncGenerator<LogLine> {
  for (let after = 0; ;) {
    const { job } = await jobs.request<JobLogsQuery>(JobLogs, { id, after });
    if (!job || job.logs.length === 0) return;
    yield* job.logs;
    after = job.logs.at(-1)!.sequence;
  }
}

/** Runs a command, and returns its exit code. */
export async function runTerminal({
  args,
  env,
  output,
  errors,
  signal,
}: Terminal): Promise<number> {
  try {
    const read = readArguments(args, env);
    if (read.command === 'help') {
      output.write(usage);
      return exitCodes.completed;
    }
    const command = Object.hasOwn(commands, read.command) ? commands[read.command] : undefined;
    if (!command) throw new UsageError(`There is no command ${read.command}.`);
    const token = env['FOVEA_TOKEN'];
    using jobs = createJobs({ url: read.url, ...(token !== undefined && { token }) });
    return await command({ jobs, screen: createScreen(output), ...read, signal });
  } catch (error) {
    // Ctrl+C ends the watching.
    if (signal.aborted) return exitCodes.completed;
    const { message } = error as Error;
    if (error instanceof UsageError) {
      errors.write(`${message}\n\n${usage}`);
      return exitCodes.misunderstood;
    }
    const isAnswer = error instanceof JobsError;
    errors.write(isAnswer ? `${message}\n` : `The server does not answer: ${message}\n`);
    return isAnswer ? exitCodes.failed : exitCodes.unavailable;
  }
}
