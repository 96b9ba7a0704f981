import { now } from '../clock.ts';
import { atLeast } from '../report/bounds.ts';
import { openScene } from '../deployment.ts';
import type { Scene } from '../deployment.ts';
import { jobDocument, send } from '../variants/variant.ts';
import type { SeenJob } from '../load/open-stream.ts';
import type { Measure } from './measure.ts';

const jobs = 500;
/** Entries in one pipeline to Redis. */
const batch = 500;
/** So that no housekeeping of the queue takes entries away before they are read. */
const untrimmed = 10_000_000;

/**
 * Writes progress events straight into the queue's stream, faster than an API process takes them, and measures until the
 * last of them has come through: a subscriber of the job it speaks of has it. Events are in turns of all jobs, so whatever
 * takes them in batches finds each job in a batch about as often.
 */
export const bridge: Measure = {
  name: 'bridge',
  contestants: ['recipe', 'ours'],
  warmUps: 1,
  rows: [
    {
      key: 'rate',
      title: 'bridge: events taken, applied and published, 500 jobs active',
      unit: '/s',
      better: 'higher',
      must: atLeast(5_000),
      aim: atLeast(15_000),
    },
  ],
  open: async (bench, contestant) => {
    const perJob = bench.quick ? 40 : 120;
    const scene = await openScene(bench.sides[contestant], jobs);
    const { side, load, api, jobIds } = scene;
    await side.redis.hset(side.eventStream.metaKey, 'opts.maxLenEvents', untrimmed);
    await load.ask('open', { transport: 'sse', url: api.url, jobIds: jobIds.slice(-1) });
    let written = 0;
    return {
      round: async () => {
        const versionsBefore = contestant !== 'recipe' ? await readJobs(scene) : [];
        const before = scene.readCpus();
        const startedAt = now();
        const rounds = Array.from({ length: perJob }, (_, index) => written + index + 1);
        written += perJob;
        const total = perJob * jobs;
        await flood(scene, rounds);
        const floodedAt = now();
        const stage = `event ${written}`;
        const endedAt = await load.ask('awaitStage', { stage, withinMs: 60_000 });
        const after = scene.readCpus();
        await side.redis.xtrim(side.eventStream.key, 'MAXLEN', 0);
        const details = {
          writtenPerSecond: (total * 1_000) / (floodedAt - startedAt),
          apiCpuPerEvent: (after.api - before.api) / total,
          postgresCpuPerEvent: (after.postgres - before.postgres) / total,
        };
        const figures = { rate: (total * 1_000) / (endedAt - startedAt) };
        if (contestant === 'recipe') return { figures, details };
        const reached = await readJobs(scene);
        const late = reached.filter((job) => job.stage !== stage).length;
        const rowUpdates = sumVersions(reached) - sumVersions(versionsBefore);
        const flaw = late > 0 ? `${late} jobs have not had their last event` : undefined;
        return { figures, details: { ...details, eventsPerRowUpdate: total / rowUpdates }, flaw };
      },
      [Symbol.asyncDispose]: () => scene[Symbol.asyncDispose](),
    };
  },
};

/** For each number, an event of each job. */
async function flood({ side, jobIds }: Scene, numbers: readonly number[]): Promise<void> {
  const { key, toReport } = side.eventStream;
  for (const number of numbers) {
    const data = JSON.stringify(toReport(`event ${number}`, number));
    for (let at = 0; at < jobIds.length; at += batch) {
      const pipeline = side.redis.pipeline();
      for (const id of jobIds.slice(at, at + batch)) {
        pipeline.xadd(key, '*', 'event', 'progress', 'jobId', id, 'data', data);
      }
      await pipeline.exec();
    }
  }
}

async function readJobs({ api, jobIds }: Scene): Promise<SeenJob[]> {
  const found = await Promise.all(
    jobIds.map((id) => send<{ job: SeenJob }>(api.url, jobDocument, { id })),
  );
  return found.map(({ job }) => job);
}

function sumVersions(seen: readonly SeenJob[]): number {
  return seen.reduce((sum, { version }) => sum + version, 0);
}
