import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../clock.ts';
import { median } from '../load/percentile.ts';
import type { CommandProcess } from '../command-process.ts';
import type { Bench } from '../deployment.ts';
import { send, submitDocument } from '../variants/variant.ts';
import type { WorkerCommands } from '../job-driver.ts';
import { openTurns, slots } from '../turns.ts';
import type { Turns } from '../turns.ts';

/** Jobs that wait. */
const [few, many] = [100, 100_000];
const repeats = 30;
const pollMs = 5;

interface Submitted {
  summarizeVideo: { job: { id: string } };
}

type Costs = Record<'submit' | 'place' | 'cancel' | 'next', number>;

/** What submitting, placing, canceling and starting a job cost with many waiting, over what they cost with few. */
export async function measureWaitingCosts(bench: Bench): Promise<Costs> {
  await using turns = await openTurns(bench);
  await turns.insert('local', few);
  await settle(turns);
  const before = await measureOnce(turns);
  await turns.insert('local', many);
  await settle(turns);
  const after = await measureOnce(turns);
  const entries = Object.entries(before).map(([key, ms]) => [key, after[key as keyof Costs] / ms]);
  return Object.fromEntries(entries) as Costs;
}

/** The statistics are of what is there now, and all slots are taken. */
async function settle({ client, worker }: Turns): Promise<void> {
  await client.query('vacuum analyze job');
  await client.query('checkpoint');
  while ((await worker.call('countRunning')) < slots) await delay(pollMs);
  await delay(1_000);
}

/** Medians, in ms. */
async function measureOnce({ variables, api, worker, listStarted }: Turns): Promise<Costs> {
  const times = { submit: [], place: [], cancel: [], next: [] } as Record<keyof Costs, number[]>;
  const clock = async <Value>(key: keyof Costs, run: () => Promise<Value>) => {
    const begunAt = now();
    const value = await run();
    times[key].push(now() - begunAt);
    return value;
  };
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const { summarizeVideo } = await clock('submit', () =>
      send<Submitted>(api.url, submitDocument, variables),
    );
    const { id } = summarizeVideo.job;
    await clock('place', () =>
      send(api.url, 'query ($id: ID!) { job(id: $id) { position } }', { id }),
    );
    await clock('cancel', () =>
      send(api.url, 'mutation ($id: ID!) { cancelJob(id: $id) { __typename } }', { id }),
    );
    const started = new Set((await listStarted()).map((job) => job.id));
    const [first] = started;
    await clock('next', () => awaitNext(worker, first!, started, listStarted));
  }
  const entries = Object.entries(times).map(([key, values]) => [key, median(values)]);
  return Object.fromEntries(entries) as Costs;
}

async function awaitNext(
  worker: CommandProcess<WorkerCommands>,
  jobId: string,
  before: ReadonlySet<string>,
  listStarted: Turns['listStarted'],
): Promise<void> {
  await worker.call('endAt', [{ jobId, at: 0 }]);
  while ((await listStarted()).every(({ id }) => before.has(id))) await delay(1);
}
