import { setTimeout as pause } from 'node:timers/promises';
import type { ClientUnderTest } from './client-under-test.ts';
import type { JobStarter, Truth } from './job-starter.ts';
import { add, createVerdict, recordJob, recordList, recordLog } from './recorder.ts';
import type { Verdict } from './recorder.ts';

/** Jobs of one trial. */
const jobsOfTrial = 1;
/** So long after the end of the jobs it goes on failing, in ms. */
const faultsMs = 5_000;
/** So long after that all of them must have been shown, in ms. */
const shownWithinMs = 30_000;
const checkMs = 20;

/** Whether nothing is to fail for now. */
export interface Spell {
  isCalm: boolean;
}

/** Starts jobs, and watches each of them, its log, and the list of them to the end. Says what was wrong. */
export async function runTrial(
  client: ClientUnderTest,
  starter: JobStarter,
  tag: string,
  spell: Spell,
): Promise<Verdict> {
  const list = recordList();
  const stops = [client.watchList?.(tag, list)];
  const truths = new Map<string, Truth>();
  const verdict = createVerdict();
  // A list has what is unfinished when it begins, and what changes from then on.
  if (client.watchList) await waitUntil(() => list.hasBegun);
  const watched = await Promise.all(
    Array.from({ length: jobsOfTrial }, async () => {
      const id = await starter.start([tag]);
      const [job, log] = [recordJob(), recordLog()];
      stops.push(client.watchJob(id, job), client.watchLog(id, log));
      return { id, job, log };
    }),
  );
  await Promise.all(
    watched.map(async ({ id, job }) =>
      truths.set(id, await waitForEnd(starter, id, () => isFinal(job.latest?.state))),
    ),
  );
  const isComplete = () =>
    watched.every(({ id, job, log }) => [job, log].every((it) => it.isComplete(truths.get(id)!))) &&
    (!client.watchList || list.isComplete(truths));
  await waitUntil(isComplete, faultsMs);
  spell.isCalm = true;
  await waitUntil(isComplete);
  spell.isCalm = false;
  for (const { id, job, log } of watched) {
    add(verdict, job.judge(truths.get(id)!));
    add(verdict, log.judge(truths.get(id)!));
  }
  if (client.watchList) add(verdict, list.judge(truths));
  if (verdict.missed > 0) {
    const ends = watched.map(({ job, log }) => [job.latest, job.endReason, log.endReason]);
    console.error(
      `${tag} missed ${verdict.missed}: ${JSON.stringify(ends)}, ${client.describe?.()}`,
    );
  }
  for (const stop of stops) stop?.();
  return verdict;
}

const isFinal = (state: string | undefined) => state === 'COMPLETED' || state === 'FAILED';

/** Asks the server when the client shows the end, and now and then: it may never. */
async function waitForEnd(starter: JobStarter, id: string, isShown: () => boolean): Promise<Truth> {
  for (;;) {
    await waitUntil(isShown, 2_000);
    const truth = await starter.read(id);
    if (truth.isFinal) return truth;
    await pause(checkMs);
  }
}

async function waitUntil(condition: () => boolean, withinMs = shownWithinMs): Promise<void> {
  const end = performance.now() + withinMs;
  while (!condition() && performance.now() < end) await pause(checkMs);
}
