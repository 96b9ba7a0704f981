import { JobsError } from '../errors.ts';
import { Job as FindJob, JobLogs, Jobs as ListJobs, Queues } from '../generated/poll-documents.ts';
import type { JobLogsQuery, JobQuery, QueuesQuery } from '../generated/types.ts';
import type { Job, JobFilter, Jobs, LogLine, StartName } from '../jobs.ts';
import { isFinal } from '../topics/job.ts';
import { UsageError } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import { exitCodes, toExitCode } from './exit-codes.ts';
import type { Screen } from './screen.ts';

interface Context extends Arguments {
  jobs: Jobs;
  screen: Screen;
  signal: AbortSignal;
}

/** Returns the exit code. */
type Command = (context: Context) => Promise<number>;

/**
 * Asks before something is watched: who watches waits for a server that is not there, and nobody would know why. One that takes
 * too long is there; undefined then.
 */
async function askFirst<Data>(
  { jobs, signal }: Context,
  query: string,
  variables: object,
): Promise<Data | undefined> {
  try {
    return await jobs.request<Data>(query, variables, signal);
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') return undefined;
    throw error;
  }
}

async function checkJobs(context: Context, ids: readonly string[]): Promise<void> {
  await Promise.all(
    ids.map(async (id) => {
      const answer = await askFirst<JobQuery>(context, FindJob, { id });
      if (answer?.job === null)
        throw new JobsError({ message: `There is no job ${id} that you may see.` });
    }),
  );
}

/** Shows jobs to their end. */
async function follow({ jobs, screen, signal }: Context, ids: readonly string[]): Promise<number> {
  const latest = new Map<string, Job>();
  await Promise.all(
    ids.map(async (id) => {
      for await (const job of jobs.watch(id, { signal })) {
        latest.set(id, job);
        const known = ids.flatMap((one) => latest.get(one) ?? []);
        screen.showJobs(known, ids.length > 1);
      }
    }),
  );
  return toExitCode([...latest.values()]);
}

async function watchList(context: Context): Promise<number> {
  const { jobs, screen, mine, queue, signal } = context;
  const filter = queue === undefined ? {} : ({ types: [queue] } as JobFilter);
  await askFirst(context, ListJobs, { filter, first: 1 });
  for await (const list of jobs.watchAll(filter, { signal })) {
    const shown = list.jobs.filter((job) => mine || !isFinal(job));
    if (list.isCurrent) screen.showJobs(shown, true);
  }
  return exitCodes.completed;
}

export const commands: Record<string, Command> = {
  async watch(context) {
    const { subjects, mine, queue } = context;
    if (mine || queue !== undefined) return watchList(context);
    const ids = [...new Set([needOne(context, 'the id of a job'), ...subjects])];
    await checkJobs(context, ids);
    return follow(context, ids);
  },

  async submit(context) {
    const { jobs, screen, input, signal } = context;
    const name = needOne(context, 'a mutation, such as summarizeVideo') as StartName;
    const run = await jobs.run[name](input as never, { signal });
    if (run.error) {
      const { message } = run.error;
      const issues = 'issues' in run.error ? run.error.issues : [];
      const details = issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
      screen.write([message, ...details], run.error);
      return exitCodes.failed;
    }
    screen.showId(run.id);
    return follow(context, [run.id]);
  },

  async cancel(context) {
    const answer = await context.jobs.cancel(needOne(context, 'the id of a job'));
    context.screen.write(['outcome' in answer ? answer.outcome : answer.message], answer);
    return 'outcome' in answer ? exitCodes.completed : exitCodes.failed;
  },

  async retry(context) {
    const answer = await context.jobs.retry(needOne(context, 'the id of a job'));
    if ('job' in answer) return follow(context, [answer.job.id]);
    context.screen.write([answer.message], answer);
    return exitCodes.failed;
  },

  async logs(context) {
    const { jobs, screen, signal } = context;
    const id = needOne(context, 'the id of a job');
    await checkJobs(context, [id]);
    const lines = context.follow ? jobs.logs(id, { signal }) : listLog(jobs, id);
    for await (const line of lines) {
      screen.write([`${line.at} ${line.level.padEnd(5)} ${line.message}`], line);
    }
    return exitCodes.completed;
  },

  async queues(context) {
    const { jobs, screen, signal } = context;
    const { queues } = await jobs.request<QueuesQuery>(Queues, {}, signal);
    screen.showQueues(queues);
    if (!context.follow) return exitCodes.completed;
    for await (const newest of jobs.queues({ signal })) screen.showQueues(newest);
    return exitCodes.completed;
  },
};

function needOne({ subjects }: Context, what: string): string {
  const [subject] = subjects;
  if (subject === undefined) throw new UsageError(`It needs ${what}.`);
  return subject;
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
