import { now } from '../clock.ts';
import { atLeast } from '../report/bounds.ts';
import { startDeployment } from '../deployment.ts';
import type { Deployment } from '../deployment.ts';
import { jobDocument, send } from '../variants/variant.ts';
import type { SeenJob } from '../load/open-stream.ts';
import type { Measure } from './measure.ts';

const jobs = 500;
/** Entries in a pipeline to Redis. */
const batch = 500;
/** A length of the stream that is never reached, so that no entry is trimmed before it is read. */
const untrimmed = 10_000_000;

/**
 * Writes progress events into the queue's stream, faster than an API process can apply them, and measures until a
 * subscriber has received the last one. The events of all jobs take turns, so that each is about as often in a batch.
 */
export const bridge: Measure = {
  name: 'bridge',
  variants: ['recipe', 'ours'],
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
  open: async (bench, variant) => {
    const perJob = bench.quick ? 40 : 120;
    const deployment = await startDeployment(variant, jobs);
    const { load, api, jobIds } = deployment;
    await variant.redis.hset(variant.eventStream.metaKey, 'opts.maxLenEvents', untrimmed);
    await load.call('open', { transport: 'sse', url: api.url, jobIds: jobIds.slice(-1) });
    let written = 0;
    return {
      round: async () => {
        const versionsBefore = variant.name !== 'recipe' ? await readJobs(deployment) : [];
        const before = deployment.readCpus();
        const startedAt = now();
        const rounds = Array.from({ length: perJob }, (_, index) => written + index + 1);
        written += perJob;
        const total = perJob * jobs;
        await flood(deployment, rounds);
        const floodedAt = now();
        const stage = `event ${written}`;
        const endedAt = await load.call('awaitStage', { stage, withinMs: 60_000 });
        const after = deployment.readCpus();
        await variant.redis.xtrim(variant.eventStream.key, 'MAXLEN', 0);
        const details = {
          writtenPerSecond: (total * 1_000) / (floodedAt - startedAt),
          apiCpuPerEvent: (after.api - before.api) / total,
          postgresCpuPerEvent: (after.postgres - before.postgres) / total,
        };
        const figures = { rate: (total * 1_000) / (endedAt - startedAt) };
        if (variant.name === 'recipe') return { figures, details };
        const reached = await readJobs(deployment);
        const late = reached.filter((job) => job.stage !== stage).length;
        const rowUpdates = sumVersions(reached) - sumVersions(versionsBefore);
        const flaw = late > 0 ? `${late} jobs do not have their last event` : undefined;
        return { figures, details: { ...details, eventsPerRowUpdate: total / rowUpdates }, flaw };
      },
      [Symbol.asyncDispose]: () => deployment[Symbol.asyncDispose](),
    };
  },
};

/** Writes an event of each job for each number. */
async function flood({ variant, jobIds }: Deployment, numbers: readonly number[]): Promise<void> {
  const { key, toProgress } = variant.eventStream;
  for (const number of numbers) {
    const data = JSON.stringify(toProgress(`event ${number}`, number));
    for (let at = 0; at < jobIds.length; at += batch) {
      const pipeline = variant.redis.pipeline();
      for (const id of jobIds.slice(at, at + batch)) {
        pipeline.xadd(key, '*', 'event', 'progress', 'jobId', id, 'data', data);
      }
      await pipeline.exec();
    }
  }
}

async function readJobs({ api, jobIds }: Deployment): Promise<SeenJob[]> {
  const found = await Promise.all(
    jobIds.map((id) => send<{ job: SeenJob }>(api.url, jobDocument, { id })),
  );
  return found.map(({ job }) => job);
}

function sumVersions(seen: readonly SeenJob[]): number {
  return seen.reduce((sum, { version }) => sum + version, 0);
}
