import { setTimeout as delay } from 'node:timers/promises';
import { now } from './clock.ts';

/** How often reports that are due are made; timers are no finer. */
const tickMs = 1;

type Report = (progress: number, stage: string) => unknown;

interface RunningJob {
  report: Report;
  end: () => void;
  reports: number;
}

/** Lets the bench's main process decide when the jobs of a worker report, and when they end. */
export function createJobDriver() {
  const running = new Map<string, RunningJob>();
  /** Jobs that were told to end after their attempt was stored, and before their work had begun. */
  const endedEarly = new Set<string>();
  /** How long each job takes that nobody ends; undefined: until it is told to end. */
  let durationMs: number | undefined;
  /** When jobs ended whose places no other job has taken yet, and how long it took of those that were, in ms. */
  const freedAt: number[] = [];
  let refills: number[] = [];

  /** The work of a job: it runs until it is told to end. */
  async function run(jobId: string, report: Report): Promise<void> {
    const since = freedAt.shift();
    if (since !== undefined) refills.push(now() - since);
    if (endedEarly.delete(jobId)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    running.set(jobId, { report, end: resolve, reports: 0 });
    if (durationMs !== undefined) setTimeout(resolve, durationMs);
    await promise;
    running.delete(jobId);
    freedAt.push(now());
  }

  /** Lets each job report `perJob` times, once every `everyMs`; the jobs take turns, evenly spread. */
  async function pace({ jobIds, everyMs, perJob }: Pace): Promise<void> {
    const total = jobIds.length * perJob;
    const startedAt = performance.now();
    for (let reports = 0; reports < total;) {
      const due = ((performance.now() - startedAt) * jobIds.length) / everyMs + 1;
      for (; reports < Math.min(due, total); reports += 1)
        reportOnce(jobIds[reports % jobIds.length]!);
      await delay(tickMs);
    }
  }

  function reportOnce(jobId: string): void {
    const job = running.get(jobId);
    if (!job) throw new Error(`The job ${jobId} does not run in this worker.`);
    job.reports += 1;
    // Each report differs from the one before, and contains its time.
    void job.report(job.reports % 100, `t=${now().toFixed(3)} n=${job.reports}`);
  }

  function end(jobId: string): void {
    const job = running.get(jobId);
    if (job) job.end();
    else endedEarly.add(jobId);
  }

  return {
    run,
    commands: {
      pace,
      countRunning: () => running.size,
      /** From now on, jobs end by themselves after this time. */
      endAfter: (ms: number) => {
        durationMs = ms;
      },
      /** Returns the times after which places were taken again, and forgets them. */
      takeRefills: () => {
        const times = refills;
        refills = [];
        freedAt.length = 0;
        return times;
      },
      /** Ends each job at its time. */
      endAt: async (ends: { jobId: string; at: number }[]) => {
        await Promise.all(
          ends.map(async ({ jobId, at }) => {
            await delay(Math.max(0, at - now()));
            end(jobId);
          }),
        );
      },
    },
  };
}

export interface Pace {
  jobIds: string[];
  everyMs: number;
  perJob: number;
}

export type WorkerCommands = ReturnType<typeof createJobDriver>['commands'];
