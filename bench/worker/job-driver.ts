import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../clock.ts';

/** How often the pace is looked at; timers are no finer. */
const tickMs = 1;

type Report = (progress: number, stage: string) => unknown;

interface RunningJob {
  report: Report;
  end: () => void;
  said: number;
}

/** Lets the bench's main process say when the jobs of a worker report, and when they end. */
export function createJobDriver() {
  const running = new Map<string, RunningJob>();
  /** Jobs that were told to end after their attempt was stored, and before their work had begun. */
  const endedEarly = new Set<string>();

  /** The work of a job: it lasts until it is told to end. */
  async function run(jobId: string, report: Report): Promise<void> {
    if (endedEarly.delete(jobId)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    running.set(jobId, { report, end: resolve, said: 0 });
    await promise;
    running.delete(jobId);
  }

  /** Reports `perJob` times for each job, evenly spread: each job every `everyMs`, one after the other. */
  async function pace({ jobIds, everyMs, perJob }: Pace): Promise<void> {
    const total = jobIds.length * perJob;
    const startedAt = performance.now();
    for (let said = 0; said < total;) {
      const due = ((performance.now() - startedAt) * jobIds.length) / everyMs + 1;
      for (; said < Math.min(due, total); said += 1) reportOnce(jobIds[said % jobIds.length]!);
      await delay(tickMs);
    }
  }

  function reportOnce(jobId: string): void {
    const job = running.get(jobId);
    if (!job) throw new Error(`job ${jobId} does not run here`);
    job.said += 1;
    // Each differs from the one before, and says when it was made.
    void job.report(job.said % 100, `t=${now().toFixed(3)} n=${job.said}`);
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
      /** Ends jobs, each at its time. */
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
