import type { Transport } from '../load/open-stream.ts';
import { atMost, atMostTimes } from '../report/bounds.ts';
import { divideCpu, startDeployment } from '../deployment.ts';
import type { Measure, Row } from './measure.ts';

interface Shape {
  name: string;
  jobs: number;
  subscribersPerJob: number;
  /** The time between two reports of a job. */
  everyMs: number;
  must: number;
  aim: number;
}

const wide: Shape = {
  name: 'fan-out',
  jobs: 1,
  subscribersPerJob: 1_000,
  everyMs: 200,
  must: 0.3,
  aim: 0.2,
};
const many: Shape = {
  name: 'many-jobs',
  jobs: 1_000,
  subscribersPerJob: 1,
  everyMs: 500,
  must: 0.6,
  aim: 0.45,
};
const titles = {
  'fan-out': '1 job × 1,000 subscribers',
  'many-jobs': '1,000 jobs × 1 subscriber',
} as Record<string, string>;

export const fanOutMeasures: Measure[] = [wide, many].flatMap((shape) => [
  measureFanOut(shape, 'sse'),
  measureFanOut(shape, 'websocket'),
]);

/** The CPU time of the API process for one update to one subscriber. */
function measureFanOut(shape: Shape, transport: Transport): Measure {
  const protocol = transport === 'sse' ? 'SSE' : 'WebSocket';
  return {
    name: `${shape.name}-${transport}`,
    variants: ['recipe', 'ours'],
    warmUps: 1,
    rows: [
      {
        key: 'cpu',
        title: `server CPU per delivered update, ${titles[shape.name]}, ${protocol}`,
        unit: 'µs',
        better: 'lower',
        must: atMostTimes(shape.must),
        aim: atMostTimes(shape.aim),
      },
      ...(shape.subscribersPerJob === 1 ? [postgresRow(shape, protocol)] : []),
    ],
    open: async (bench, variant) => {
      const deployment = await startDeployment(variant, shape.jobs);
      const { api, load, worker, jobIds } = deployment;
      const subscribed = Array.from({ length: shape.subscribersPerJob }, () => jobIds).flat();
      await load.call('open', { transport, url: api.url, jobIds: subscribed });
      const perJob = Math.ceil((bench.quick ? 3_000 : 4_000) / shape.everyMs);
      return {
        round: async () => {
          const before = deployment.readCpus();
          await load.call('startWindow');
          await worker.call('pace', { jobIds, everyMs: shape.everyMs, perJob });
          const expected = perJob * subscribed.length;
          const { received, p50 } = await load.call('endWindow', { expected, withinMs: 3_000 });
          const { api: cpu, postgres, ...details } = divideCpu(deployment, before, received);
          const flaw = received === expected ? undefined : `received ${received} of ${expected}`;
          return { figures: { cpu, postgres }, details: { ...details, latencyMs: p50 }, flaw };
        },
        [Symbol.asyncDispose]: () => deployment[Symbol.asyncDispose](),
      };
    },
  };
}

/** With one subscriber a job, an update that is delivered is also one that is applied. The recipe has no database. */
function postgresRow(shape: Shape, protocol: string): Row {
  return {
    key: 'postgres',
    title: `CPU of PostgreSQL per applied update, ${titles[shape.name]}, ${protocol}`,
    unit: 'µs',
    better: 'lower',
    must: atMost(90),
    aim: atMost(50),
  };
}
