import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../clock.ts';
import { atMost } from '../report/bounds.ts';
import { startDeployment } from '../deployment.ts';
import type { Measure } from './measure.ts';

/** The time between two jobs: short enough to keep the server busy. */
const spacingMs = 4;
/** A job ends at most so long before or after its subscription is ready. */
const spreadMs = 5;
/** How far a round moves the middle, if all subscribers were early or all late in the one before. */
const stepMs = 10;
/** A subscriber without the final state by then will never get it. */
const waitMs = 3_000;

/** Subscribes to each job about when it ends, and counts the subscribers that never receive its final state. */
export const finalUpdates: Measure = {
  name: 'final-updates',
  variants: ['recipe', 'ours'],
  warmUps: 2,
  rows: [
    {
      key: 'stale',
      title: 'lost or stale final updates, all rounds (300 jobs each)',
      unit: '',
      better: 'lower',
      isSum: true,
      must: atMost(0),
      aim: atMost(0),
    },
  ],
  open: async (bench, variant) => {
    const jobs = bench.quick ? 100 : 300;
    const deployment = await startDeployment(variant, 0);
    // The time from the start of a subscription at which half of them are ready before their job ends.
    let middleMs = 0;
    const { api, load, worker } = deployment;
    return {
      round: async () => {
        const ids = await deployment.addJobs(jobs);
        const startAt = now() + 300;
        const begins = ids.map((jobId, index) => ({ jobId, at: startAt + index * spacingMs }));
        const ends = begins.map(({ jobId, at }) => ({ jobId, at: at + middleMs + pickOffset() }));
        await Promise.all([
          load.call('openAt', { transport: 'sse', url: api.url, jobs: begins }),
          worker.call('endAt', ends),
        ]);
        await delay(waitMs);
        const states = await load.call('countStates');
        // Only these could miss the end; the others start with the final state.
        const beforeTheEnd = await load.call('countFirst', 'ACTIVE');
        await load.call('closeAll');
        middleMs += (0.5 - beforeTheEnd / jobs) * 2 * stepMs;
        const stale = jobs - (states['COMPLETED'] ?? 0);
        return {
          figures: { stale },
          details: { subscribed: jobs, beforeTheEnd, middleMs, ...states },
        };
      },
      [Symbol.asyncDispose]: () => deployment[Symbol.asyncDispose](),
    };
  },
};

function pickOffset(): number {
  return (2 * Math.random() - 1) * spreadMs;
}
