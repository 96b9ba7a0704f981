import { join } from 'node:path';
import { queueName } from '../recipe/queue.ts';
import { startCommandProcess } from '../command-process.ts';
import { startProgram } from '../program.ts';
import type { Services } from '../services.ts';
import type { Variant } from './variant.ts';

const folder = join(import.meta.dirname, '../recipe');

/** The stock recipe, with nothing else, on a Redis of its own. */
export function createRecipe(services: Services, name: 'recipe' | 'rest'): Variant {
  const { url, client, readCpu } = services.redis[name];
  const env = { REDIS_URL: url, NODE_ENV: 'production' };
  const toKey = (suffix: string): string => `bull:${queueName}:${suffix}`;
  return {
    name,
    startApi: (NODE_OPTIONS = '') =>
      startProgram([join(folder, 'api.ts')], { ...env, NODE_OPTIONS }),
    startRest: () => startProgram([join(folder, 'rest.ts')], env),
    startWorker: (concurrency) =>
      startCommandProcess(join(folder, 'worker.ts'), { ...env, CONCURRENCY: String(concurrency) }),
    submission: async () => ({ input: { videoId: 'bench-video', personaId: 'bench-persona' } }),
    countJobs: () => client.llen(toKey('wait')),
    redis: client,
    eventStream: {
      key: toKey('events'),
      metaKey: toKey('meta'),
      toProgress: (stage, version) => ({ progress: version % 100, stage, version }),
    },
    readServicesCpu: () => ({ redis: readCpu(), postgres: 0 }),
    clear: async () => {
      await client.flushall();
    },
  };
}
