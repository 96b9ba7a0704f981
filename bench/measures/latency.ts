import type { Transport } from '../load/open-stream.ts';
import { atMost, atMostTimes } from '../report/bounds.ts';
import type { Bound } from '../report/bounds.ts';
import { startDeployment } from '../deployment.ts';
import type { Measure } from './measure.ts';

const jobs = 100;
/** The time between two reports of a job: 200 events a second in all. */
const everyMs = 500;

export const latencyMeasures = [measureLatency('sse'), measureLatency('websocket')];

/** The time from just before a job reports until the client has read it. */
function measureLatency(transport: Transport): Measure {
  const protocol = transport === 'sse' ? 'SSE' : 'WebSocket';
  const row = (key: string, must: Bound, aim: Bound) => ({
    key,
    title: `worker’s report to the client, 200 events a second, ${protocol}, ${key}`,
    unit: 'ms',
    better: 'lower' as const,
    must,
    aim,
  });
  return {
    name: `latency-${transport}`,
    variants: ['recipe', 'ours'],
    warmUps: 1,
    rows: [row('p50', atMostTimes(3), atMostTimes(2)), row('p99', atMost(40), atMostTimes(1))],
    open: async (bench, variant) => {
      const deployment = await startDeployment(variant, jobs);
      const { api, load, worker, jobIds } = deployment;
      await load.call('open', { transport, url: api.url, jobIds });
      const perJob = (bench.quick ? 2_000 : 4_000) / everyMs;
      return {
        round: async () => {
          await load.call('startWindow');
          await worker.call('pace', { jobIds, everyMs, perJob });
          const expected = perJob * jobs;
          const { received, p50, p99 } = await load.call('endWindow', {
            expected,
            withinMs: 3_000,
          });
          const flaw = received === expected ? undefined : `received ${received} of ${expected}`;
          return { figures: { p50, p99 }, flaw };
        },
        [Symbol.asyncDispose]: () => deployment[Symbol.asyncDispose](),
      };
    },
  };
}
