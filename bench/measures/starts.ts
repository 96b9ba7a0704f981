import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../clock.ts';
import { percentile } from '../load/percentile.ts';
import type { Bench } from '../deployment.ts';
import { atMost } from '../report/bounds.ts';
import { createJobs, jobDocument, send, submitDocument } from '../variants/variant.ts';
import type { Variant } from '../variants/variant.ts';
import type { Measure, Sample } from './measure.ts';
import { openTurns, pollMs, runJobs } from './turns.ts';

const slots = 10;
/** Jobs that are started one after the other in an idle queue. */
const starts = { quick: 30, full: 100 };
/** A backlog, and how long each of its jobs takes: 50 places a second become free. */
const backlog = { quick: 200, full: 500 };
const backlogMs = 200;
/** The jobs of one owner that another's wait behind, how long each takes, and how many others come. */
const others = 10_000;
const slotMs = 1_000;
const visits = { quick: 3, full: 6 };

const row = (key: string, title: string, unit: string, must: number, aim: number) => ({
  key,
  title,
  unit,
  better: 'lower' as const,
  must: atMost(must),
  aim: atMost(aim),
});

/** How soon jobs begin: in an idle queue, in a place that has become free, and behind another owner's backlog. */
export const startMeasures: readonly Measure[] = [
  {
    name: 'starts',
    variants: ['recipe', 'ours'],
    warmUps: 1,
    maxRounds: 3,
    rows: [
      row('idle50', 'mutation to ACTIVE, idle queue, p50', 'ms', 25, 15),
      row('idle99', 'mutation to ACTIVE, idle queue, p99', 'ms', 100, 50),
      row('refill50', 'a job’s end to the next one’s start in its place, p50', 'ms', 50, 25),
      row('refill99', 'a job’s end to the next one’s start in its place, p99', 'ms', 100, 50),
    ],
    open: async (bench, variant) => ({
      round: () => measureStarts(bench, variant),
      [Symbol.asyncDispose]: async () => undefined,
    }),
  },
  {
    name: 'waits',
    variants: ['ours'],
    warmUps: 0,
    maxRounds: 3,
    rows: [slots, 1].map((count) =>
      row(
        `wait${count}`,
        `one job behind 10,000 of another owner, ${count === 1 ? 'one slot' : `${count} slots`}, in times of a slot`,
        '',
        2,
        1.5,
      ),
    ),
    open: async (bench) => ({
      round: async () => ({
        figures: {
          [`wait${slots}`]: await measureWait(bench, slots),
          wait1: await measureWait(bench, 1),
        },
      }),
      [Symbol.asyncDispose]: async () => undefined,
    }),
  },
];

interface Submitted {
  summarizeVideo: { job: { id: string } };
}

async function measureStarts({ quick }: Bench, variant: Variant): Promise<Sample> {
  await using stack = new AsyncDisposableStack();
  const size = quick ? 'quick' : 'full';
  await variant.clear();
  stack.defer(variant.clear);
  const variables = await variant.submission();
  const worker = stack.use(await variant.startWorker(slots));
  const api = stack.use(await variant.startApi());
  const untilIdle = async () => {
    while ((await worker.call('countRunning')) > 0) await delay(1);
  };
  const times: number[] = [];
  for (let count = 0; count < starts[size]; count += 1) {
    const begunAt = now();
    const { summarizeVideo } = await send<Submitted>(api.url, submitDocument, variables);
    const { id } = summarizeVideo.job;
    await untilState(api.url, id, 'ACTIVE');
    times.push(now() - begunAt);
    await worker.call('endAt', [{ jobId: id, at: 0 }]);
    await untilIdle();
  }
  await worker.call('takeRefills');
  await worker.call('endAfter', backlogMs);
  await createJobs(variant, api.url, backlog[size]);
  await untilIdle();
  const refills = await worker.call('takeRefills');
  const figures = {
    idle50: percentile(times, 0.5),
    idle99: percentile(times, 0.99),
    refill50: percentile(refills, 0.5),
    refill99: percentile(refills, 0.99),
  };
  const expected = backlog[size] - slots;
  const flaw = refills.length < expected ? `${refills.length} of ${expected} refills` : undefined;
  return { figures, flaw };
}

async function untilState(url: string, id: string, state: string): Promise<void> {
  const read = () => send<{ job: { state: string } }>(url, jobDocument, { id });
  while ((await read()).job.state !== state) await delay(pollMs);
}

/** The longest that one of some jobs waits that come one after the other, in times of a slot. */
async function measureWait(bench: Bench, count: number): Promise<number> {
  await using turns = await openTurns(bench, count);
  await turns.insert('a', others);
  let isOver = false;
  const running = runJobs(
    turns,
    () => slotMs,
    () => isOver,
  );
  const waits: number[] = [];
  for (let visit = 0; visit < visits[bench.quick ? 'quick' : 'full']; visit += 1) {
    // At another moment of a slot each time.
    await delay((2 + visit / 3) * slotMs);
    const begunAt = now();
    const { summarizeVideo } = await send<Submitted>(
      turns.api.url,
      submitDocument,
      turns.variables,
    );
    await untilState(turns.api.url, summarizeVideo.job.id, 'ACTIVE');
    waits.push((now() - begunAt) / slotMs);
  }
  isOver = true;
  await running;
  return Math.max(...waits);
}
