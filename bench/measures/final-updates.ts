import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../clock.ts';
import { atMost } from '../report/bounds.ts';
import { openScene } from '../deployment.ts';
import type { Measure } from './measure.ts';

/** Between two jobs: close enough that the server is busy. */
const spacingMs = 4;
/** A job ends at most so long before its subscription is there, or after. */
const spreadMs = 5;
/** How far a round moves the middle, if the one before had all subscribers on one side of it. */
const stepMs = 10;
/** Whoever has not heard of the end by then, will not. */
const waitMs = 3_000;

/** Subscribes to each job at about the moment at which it ends, and counts those who never learn that it has. */
export const finalUpdates: Measure = {
  name: 'final-updates',
  contestants: ['recipe', 'ours'],
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
  open: async (bench, contestant) => {
    const jobs = bench.quick ? 100 : 300;
    const scene = await openScene(bench.sides[contestant], 0);
    // From the moment at which a client sets out to the one at which half of them come before the end.
    let middleMs = 0;
    const { api, load, worker } = scene;
    return {
      round: async () => {
        const ids = await scene.addJobs(jobs);
        const startAt = now() + 300;
        const begins = ids.map((jobId, index) => ({ jobId, at: startAt + index * spacingMs }));
        const ends = begins.map(({ jobId, at }) => ({ jobId, at: at + middleMs + pickOffset() }));
        await Promise.all([
          load.ask('openAt', { transport: 'sse', url: api.url, jobs: begins }),
          worker.ask('endAt', ends),
        ]);
        await delay(waitMs);
        const states = await load.ask('countStates');
        // Those who came before the end: of the others nothing is asked.
        const beforeTheEnd = await load.ask('countFirst', 'ACTIVE');
        await load.ask('closeAll');
        middleMs += (0.5 - beforeTheEnd / jobs) * 2 * stepMs;
        const stale = jobs - (states['COMPLETED'] ?? 0);
        return {
          figures: { stale },
          details: { subscribed: jobs, beforeTheEnd, middleMs, ...states },
        };
      },
      [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose](),
    };
  },
};

function pickOffset(): number {
  return (2 * Math.random() - 1) * spreadMs;
}
