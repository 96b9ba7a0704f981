import { setTimeout as delay } from 'node:timers/promises';
import { readCpu } from '../process-usage.ts';
import { atMost } from '../report/bounds.ts';
import { countStatements, switchCounter } from '../statement-counter.ts';
import type { Measure } from './measure.ts';

/** A process that has just started fills its caches. */
const settleMs = 5_000;

/** What it costs that nothing happens: an API and workers of every type in one process, without a job or a client. */
export const idle: Measure = {
  name: 'idle',
  variants: ['ours'],
  warmUps: 0,
  maxRounds: 3,
  rows: [
    {
      key: 'statements',
      title: 'an idle API with workers: statements of PostgreSQL',
      unit: '/s',
      better: 'lower',
      must: atMost(2),
      aim: atMost(2),
    },
    {
      key: 'commands',
      title: 'an idle API with workers: commands of Redis',
      unit: '/s',
      better: 'lower',
      must: atMost(4),
      aim: atMost(4),
    },
    {
      key: 'cpu',
      title: 'an idle API with workers: CPU',
      unit: 'ms/s',
      better: 'lower',
      must: atMost(10),
      aim: atMost(10),
    },
  ],
  open: async (bench, variant) => {
    const { postgres, grownPostgres } = bench.services;
    const { url } = variant.name === 'grown' ? grownPostgres : postgres;
    const app = await variant.startAll!();
    await delay(settleMs);
    const windowMs = bench.quick ? 10_000 : 30_000;
    return {
      round: async () => {
        await switchCounter(postgres, 'top');
        const commandsBefore = await countCommands(variant.redis);
        const cpuBefore = readCpu(app.pid);
        await delay(windowMs);
        const cpu = readCpu(app.pid) - cpuBefore;
        // Less the one that asks.
        const commands = (await countCommands(variant.redis)) - commandsBefore - 1;
        const statements = await countStatements(postgres, url);
        await switchCounter(postgres, 'none');
        const seconds = windowMs / 1_000;
        return {
          figures: {
            statements: statements / seconds,
            commands: commands / seconds,
            cpu: cpu / 1_000 / seconds,
          },
        };
      },
      [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
    };
  },
};

async function countCommands(redis: { info: (section: string) => Promise<string> }) {
  return Number(/total_commands_processed:(\d+)/.exec(await redis.info('stats'))?.[1]);
}
