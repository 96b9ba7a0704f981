import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../clock.ts';
import { median } from '../load/percentile.ts';
import type { CommandProcess } from '../command-process.ts';
import { atLeast, atMost } from '../report/bounds.ts';
import type { Bench } from '../deployment.ts';
import { send, submitDocument } from '../variants/variant.ts';
import type { WorkerCommands } from '../job-driver.ts';
import type { Measure, Sample } from './measure.ts';
import { openTurns, pollMs, runJobs } from './turns.ts';
import type { Turns } from './turns.ts';

const slots = 10;
/** Owners with so many jobs each, one with ten times as many as another. */
const owners = 20;
const leastJobs = 100;
const leastMs = 40;
const sharedForMs = { quick: 10_000, full: 30_000 };
const [few, many] = [100, 100_000];
const repeats = 30;

/** Turns of several owners, and what jobs cost that merely wait. */
export const fairness: Measure = {
  name: 'fairness',
  variants: ['ours'],
  warmUps: 0,
  maxRounds: 3,
  rows: [
    {
      key: 'jain',
      title: '20 owners with unequal backlogs and jobs: Jain’s index of their time',
      unit: '',
      better: 'higher',
      must: atLeast(0.95),
      aim: atLeast(0.99),
    },
    ...(['submit', 'place', 'cancel', 'next'] as const).map((key) => ({
      key,
      title: `${{ submit: 'submitting a job', place: 'asking for a place', cancel: 'canceling a job', next: 'the next job of a worker' }[key]}, 100,000 waiting over 100`,
      unit: '×',
      better: 'lower' as const,
      must: atMost(1.2),
      aim: atMost(1.1),
    })),
  ],
  open: async (bench) => ({
    round: async (): Promise<Sample> => {
      const figures = {
        jain: await measureShares(bench),
        ...(await measureCosts(bench)),
      };
      return { figures };
    },
    [Symbol.asyncDispose]: async () => undefined,
  }),
};

/** How long each owner has had a slot: on a busy machine that is longer than a job was to take. */
async function listServed({ client }: Turns): Promise<number[]> {
  const { rows } = await client.query<{ ms: number }>(
    `select (extract(epoch from sum(coalesce(attempt.finished_at, now()) - attempt.started_at)) * 1000)::float8 as ms
     from job join job_attempt attempt on attempt.job_id = job.id group by job.owner`,
  );
  return rows.map(({ ms }) => ms);
}

async function measureShares(bench: Bench): Promise<number> {
  await using turns = await openTurns(bench, slots);
  const numbers = Array.from({ length: owners }, (_, number) => number);
  // In one transaction, so that all begin at the same time.
  await turns.client.query('begin');
  for (const number of numbers) {
    await turns.insert(`owner-${number}`, Math.round(leastJobs * 10 ** (number / (owners - 1))));
  }
  await turns.client.query('commit');
  const until = now() + sharedForMs[bench.quick ? 'quick' : 'full'];
  // Those with the fewest jobs have the longest, ten times as long as the shortest.
  await runJobs(
    turns,
    (owner) => leastMs * 10 ** (1 - Number(owner.slice('owner-'.length)) / (owners - 1)),
    () => now() > until,
  );
  const times = await listServed(turns);
  const sum = times.reduce((total, time) => total + time, 0);
  return sum ** 2 / (owners * times.reduce((total, time) => total + time ** 2, 0));
}

interface Submitted {
  summarizeVideo: { job: { id: string } };
}

type Costs = Record<'submit' | 'place' | 'cancel' | 'next', number>;

async function measureCosts(bench: Bench): Promise<Costs> {
  await using turns = await openTurns(bench, slots);
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
