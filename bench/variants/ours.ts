import { join } from 'node:path';
import { queueName } from '../../src/jobs/define-job.ts';
import { videoSummarization } from '../../src/subjects/summary/job.ts';
import { startPeer } from '../command-process.ts';
import { runProgram, startProgram } from '../program.ts';
import type { Services } from '../services.ts';
import { send } from './variant.ts';
import type { Side } from './variant.ts';

const videoId = 'bench-video';
const main = 'src/main.ts';

/** The program of this repository, as an operator runs it. */
export async function createOurs(services: Services, place: 'ours' | 'grown'): Promise<Side> {
  const redis = services.redis[place];
  const postgres = place === 'ours' ? services.postgres : services.grownPostgres;
  const env = {
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url,
    MODEL_SERVICE_URL: 'http://127.0.0.1:9', // nobody is there, and nobody calls
    PORT: '0',
    NODE_ENV: 'production',
    AUTH_MODE: 'none',
    ALLOW_INSECURE: '1',
    VIDEO_SUMMARIZATION_RATE_PER_MINUTE: '0',
  };
  await runProgram([main, 'migrate'], env);
  let personaId: string | undefined;
  const key = (name: string): string => `fovea:${queueName(videoSummarization)}:${name}`;
  const startApi = (NODE_OPTIONS = '') => startProgram([main, 'api'], { ...env, NODE_OPTIONS });

  return {
    startApi,
    startWorker: (concurrency) =>
      startPeer(join(import.meta.dirname, 'ours-worker.ts'), {
        ...env,
        LOG_LEVEL: 'warn',
        VIDEO_SUMMARIZATION_CONCURRENCY: String(concurrency),
      }),
    submission: async () => {
      personaId ??= await createSubjects(startApi);
      return { input: { videoId, personaId } };
    },
    countJobs: async () => {
      const { rows } = await postgres.client.query<{ count: number }>(
        `select count(*)::int from job where input ->> 'videoId' = $1`,
        [videoId],
      );
      return rows[0]!.count;
    },
    redis: redis.client,
    eventStream: {
      key: key('events'),
      metaKey: key('meta'),
      toReport: (stage, version) => ({ attempt: 1, progress: version % 100, stage }),
    },
    readServicesCpu: () => ({ redis: redis.readCpu(), postgres: postgres.readCpu() }),
    clear: async () => {
      await redis.client.flushall();
      // Not truncated: a table of a million finished jobs is a measure of its own.
      await postgres.client.query(`delete from job where input ->> 'videoId' = $1`, [videoId]);
      await postgres.client.query('vacuum analyze job, job_attempt');
      await postgres.client.query('checkpoint');
    },
  };
}

/** What a job names must be there. */
async function createSubjects(startApi: Side['startApi']): Promise<string> {
  await using api = await startApi();
  const register =
    'mutation ($input: RegisterVideoInput!) { registerVideo(input: $input) { __typename } }';
  await send(api.url, register, { input: { id: videoId, title: 'Bench', path: 'bench.mp4' } });
  const create = `mutation ($input: CreatePersonaInput!) {
    createPersona(input: $input) { ... on CreatePersonaPayload { persona { id } } } }`;
  const persona = { name: 'Bench', role: 'Clerk', informationNeed: 'How fast it is' };
  type Data = { createPersona: { persona: { id: string } } };
  const { createPersona } = await send<Data>(api.url, create, { input: persona });
  return createPersona.persona.id;
}
