import { applyJobUpdates } from '../../../src/jobs/rows/update.ts';
import { isFinal } from '../../../src/jobs/rows/row.ts';
import type { JobRow } from '../../../src/jobs/rows/row.ts';
import { publishJobs } from '../../../src/pubsub/publish.ts';
import type { SharedStack } from '../app/open-stack.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { insertTestJob } from './insert-jobs.ts';
import { active, completed, failed } from './job-changes.ts';

/** Jobs that are not final, at most. */
const maxRunning = 25;
/** One message of so many is lost. */
const lostOneOf = 12;

/** Starts, moves and ends jobs at random, one after the other, until disposed. Some of the messages about them are lost. */
export function changeJobs(
  { db, broker }: SharedStack,
  random: SeededRandom,
): AsyncDisposable & { readonly started: number } {
  const running: { job: JobRow; eventId: bigint }[] = [];
  let isStopped = false;
  let started = 0;

  async function announce(jobs: readonly JobRow[]): Promise<void> {
    if (jobs.length > 0 && random.below(lostOneOf) > 0) await publishJobs(broker, jobs);
  }

  async function changeOne(): Promise<void> {
    if (running.length < maxRunning && random.below(3) === 0) {
      const job = await insertTestJob(db);
      started += 1;
      running.push({ job, eventId: 0n });
      return announce([job]);
    }
    const index = random.below(running.length);
    const chosen = running[index];
    if (!chosen) return;
    chosen.eventId += 1n;
    const moves = [
      active(1, random.below(100)),
      active(1, random.below(100)),
      completed(1),
      failed,
    ];
    const change = chosen.job.state === 'QUEUED' ? active(1, 1) : random.pick(moves);
    const update = { ...change, jobId: chosen.job.id, round: 1, eventId: chosen.eventId };
    const changed = await applyJobUpdates(db, [update]);
    for (const job of changed) chosen.job = job;
    if (isFinal(chosen.job.state)) running.splice(index, 1);
    await announce(changed);
  }

  async function run(): Promise<void> {
    while (!isStopped) await changeOne();
  }

  const ended = run();
  return {
    get started() {
      return started;
    },
    async [Symbol.asyncDispose]() {
      isStopped = true;
      await ended;
    },
  };
}
