import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../clock.ts';
import { atLeast, atMost } from '../report/bounds.ts';
import type { Bench } from '../deployment.ts';
import { measureWaitingCosts } from './waiting-costs.ts';
import type { Measure, Sample } from './measure.ts';
import { openTurns } from '../turns.ts';
import type { Turns } from '../turns.ts';

/** Owners with so many jobs each, one with ten times as many as another. */
const owners = 20;
const leastJobs = 100;
const leastMs = 40;
const sharedForMs = { quick: 10_000, full: 30_000 };
/** How long the jobs take that one owner's single job waits behind. */
const slotMs = 1_000;
const backlog = 10_000;
const pollMs = 5;

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
    {
      key: 'wait',
      title: 'one job behind 10,000 of another owner, in times of a slot',
      unit: '',
      better: 'lower',
      must: atMost(2),
      aim: atMost(1.5),
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
        wait: await measureWait(bench),
        ...(await measureWaitingCosts(bench)),
      };
      return { figures };
    },
    [Symbol.asyncDispose]: async () => undefined,
  }),
};

/** Ends each job after its time, until it is over; how long each owner's first has waited, in ms. */
async function runJobs(turns: Turns, durationOf: (owner: string) => number, isOver: () => boolean) {
  const seen = new Set<string>();
  const waits = new Map<string, number>();
  for (; !isOver(); await delay(pollMs)) {
    for (const { id, owner, waited } of await turns.listStarted()) {
      if (seen.has(id)) continue;
      seen.add(id);
      waits.set(owner, waits.get(owner) ?? waited);
      void turns.worker.call('endAt', [{ jobId: id, at: now() + durationOf(owner) }]);
    }
  }
  return waits;
}

/** How long each owner has had a slot: on a busy machine that is longer than a job was to take. */
async function listServed({ client }: Turns): Promise<number[]> {
  const { rows } = await client.query<{ ms: number }>(
    `select (extract(epoch from sum(coalesce(attempt.finished_at, now()) - attempt.started_at)) * 1000)::float8 as ms
     from job join job_attempt attempt on attempt.job_id = job.id group by job.owner`,
  );
  return rows.map(({ ms }) => ms);
}

async function measureShares(bench: Bench): Promise<number> {
  await using turns = await openTurns(bench);
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

async function measureWait(bench: Bench): Promise<number> {
  await using turns = await openTurns(bench);
  await turns.insert('a', backlog);
  const inserting = delay(2 * slotMs).then(() => turns.insert('b', 1));
  const until = now() + 20 * slotMs;
  const waits = await runJobs(
    turns,
    () => slotMs,
    () => now() > until,
  );
  await inserting;
  return (waits.get('b') ?? Infinity) / slotMs;
}
