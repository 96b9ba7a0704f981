import { setTimeout as delay } from 'node:timers/promises';
import { readCpu } from '../process-usage.ts';
import type { Program } from '../program.ts';
import { atMost } from '../report/bounds.ts';
import { startDeployment } from '../deployment.ts';
import type { Deployment } from '../deployment.ts';
import type { Measure } from './measure.ts';

const jobs = 100;
/** Between two reports of one job: 500 events a second in all. */
const everyMs = 200;
/** A process that has just started runs code that is not yet compiled: until then more events, to be as warm as the first. */
const warmUpMs = 6_000;
const warmUpEveryMs = 40;
const settleMs = 1_000;

/** CPU in ms a second. */
interface Load {
  postgres: number;
  /** Of each API process, the first of which leads. */
  apis: number[];
}

/** What it costs that there are more API processes: subscribers, one a job, are spread over all of them. */
export const replicas: Measure = {
  name: 'replicas',
  variants: ['ours'],
  warmUps: 0,
  maxRounds: 3,
  rows: [
    {
      key: 'postgres',
      title: 'CPU of PostgreSQL with 4 API processes, of that with 1',
      unit: '×',
      better: 'lower',
      must: atMost(1.15),
      aim: atMost(1.05),
    },
    {
      key: 'apis',
      title: 'CPU of 4 API processes together, of that of 1',
      unit: '×',
      better: 'lower',
      must: atMost(1.3),
      aim: atMost(1.15),
    },
    {
      key: 'unwatched',
      title: 'CPU of an API process at which nobody watches, of the one that leads',
      unit: '×',
      better: 'lower',
      must: atMost(0.05),
      aim: atMost(0.03),
    },
  ],
  open: async (bench, variant) => {
    const deployment = await startDeployment(variant, jobs);
    const windowMs = bench.quick ? 3_000 : 6_000;
    return {
      round: async () => {
        await using started = new AsyncDisposableStack();
        const apis = [deployment.api];
        const startMore = async (): Promise<void> => {
          apis.push(started.use(await variant.startApi()));
        };
        const one = await measureLoad(deployment, apis, apis, windowMs);
        await startMore();
        const beside = await measureLoad(deployment, apis, apis.slice(0, 1), windowMs);
        const two = await measureLoad(deployment, apis, apis, windowMs);
        await startMore();
        await startMore();
        const four = await measureLoad(deployment, apis, apis, windowMs);
        const [leader = NaN, unwatched = NaN] = beside.apis;
        return {
          figures: {
            postgres: four.postgres / one.postgres,
            apis: sum(four.apis) / sum(one.apis),
            unwatched: unwatched / leader,
          },
          details: {
            postgres1: one.postgres,
            postgres2: two.postgres,
            postgres4: four.postgres,
            apis1: sum(one.apis),
            apis2: sum(two.apis),
            apis4: sum(four.apis),
            leaderOf4: four.apis[0] ?? NaN,
            leaderBeside: leader,
            unwatched,
          },
        };
      },
      [Symbol.asyncDispose]: () => deployment[Symbol.asyncDispose](),
    };
  },
};

/** Lets the jobs report for a while, with subscribers at these of the processes. */
async function measureLoad(
  { load, worker, jobIds, readCpus }: Deployment,
  apis: readonly Program[],
  watched: readonly Program[],
  windowMs: number,
): Promise<Load> {
  for (const [index, { url }] of watched.entries()) {
    const ids = jobIds.filter((_id, at) => at % watched.length === index);
    await load.call('open', { transport: 'sse', url, jobIds: ids });
  }
  const pace = (everyMs: number, ms: number) =>
    worker.call('pace', { jobIds, everyMs, perJob: ms / everyMs });
  await pace(warmUpEveryMs, warmUpMs);
  await delay(settleMs);
  const readAll = () => ({
    postgres: readCpus().postgres,
    apis: apis.map(({ pid }) => readCpu(pid)),
  });
  const before = readAll();
  await pace(everyMs, windowMs);
  const after = readAll();
  await load.call('closeAll');
  // From µs in the window to ms in a second.
  const toRate = (was: number, is: number): number => (is - was) / windowMs;
  return {
    postgres: toRate(before.postgres, after.postgres),
    apis: after.apis.map((is, index) => toRate(before.apis[index]!, is)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
