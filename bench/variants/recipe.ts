import { join } from 'node:path';
import { queueName } from '../recipe/queue.ts';
import { startPeer } from '../command-process.ts';
import { startProgram } from '../program.ts';
import type { Services } from '../services.ts';
import type { Side } from './variant.ts';

const folder = join(import.meta.dirname, '../recipe');

/** The stock recipe, bare, on a Redis of its own. */
export function createRecipe(services: Services, place: 'recipe' | 'rest'): Side {
  const { url, client, readCpu } = services.redis[place];
  const env = { REDIS_URL: url, NODE_ENV: 'production' };
  const key = (name: string): string => `bull:${queueName}:${name}`;
  return {
    startApi: (NODE_OPTIONS = '') =>
      startProgram([join(folder, 'api.ts')], { ...env, NODE_OPTIONS }),
    startRest: () => startProgram([join(folder, 'rest.ts')], env),
    startWorker: (concurrency) =>
      startPeer(join(folder, 'worker.ts'), { ...env, CONCURRENCY: String(concurrency) }),
    submission: async () => ({ input: { videoId: 'bench-video', personaId: 'bench-persona' } }),
    countJobs: () => client.llen(key('wait')),
    redis: client,
    eventStream: {
      key: key('events'),
      metaKey: key('meta'),
      toReport: (stage, version) => ({ progress: version % 100, stage, version }),
    },
    readServicesCpu: () => ({ redis: readCpu(), postgres: 0 }),
    clear: async () => {
      await client.flushall();
    },
  };
}
