import { join } from 'node:path';
import { queueName } from '../../src/jobs/define-job.ts';
import { videoSummarization } from '../../src/subjects/summary/job.ts';
import { startCommandProcess } from '../command-process.ts';
import { runProgram, startProgram } from '../program.ts';
import type { Services } from '../services.ts';
import { send } from './variant.ts';
import type { Variant } from './variant.ts';

export const videoId = 'bench-video';
const main = 'src/main.ts';
/** What the API with tokens accepts. */
export const tokenRules = {
  issuer: 'bench',
  audience: 'fovea-jobs',
  secret: 'a secret that only this bench knows',
};

/** The program of this repository, as an operator runs it. */
export async function createOurs(services: Services, name: 'ours' | 'grown'): Promise<Variant> {
  const redis = services.redis[name];
  const postgres = name === 'ours' ? services.postgres : services.grownPostgres;
  const env = {
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url,
    MODEL_SERVICE_URL: 'http://127.0.0.1:9', // never called
    PORT: '0',
    NODE_ENV: 'production',
    AUTH_MODE: 'none',
    ALLOW_INSECURE: '1',
    VIDEO_SUMMARIZATION_RATE_PER_MINUTE: '0',
  };
  await runProgram([main, 'migrate'], env);
  let personaId: string | undefined;
  const toKey = (suffix: string): string => `fovea:${queueName(videoSummarization)}:${suffix}`;
  const startApi = (NODE_OPTIONS = '') => startProgram([main, 'api'], { ...env, NODE_OPTIONS });

  return {
    name,
    startApi,
    startGuardedApi: () =>
      startProgram([main, 'api'], {
        ...env,
        AUTH_MODE: 'jwt',
        AUTH_JWT_SECRET: tokenRules.secret,
        AUTH_JWT_ISSUER: tokenRules.issuer,
        AUTH_JWT_AUDIENCE: tokenRules.audience,
      }),
    startAll: () => startProgram([main, 'all'], env),
    startWorker: (concurrency) =>
      startCommandProcess(join(import.meta.dirname, 'ours-worker.ts'), {
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
      key: toKey('events'),
      metaKey: toKey('meta'),
      toProgress: (stage, version) => ({ attempt: 1, progress: version % 100, stage }),
    },
    readServicesCpu: () => ({ redis: redis.readCpu(), postgres: postgres.readCpu() }),
    clear: async () => {
      await redis.client.flushall();
      // Only the bench's own jobs: `grown` keeps its finished ones.
      await postgres.client.query(`delete from job where input ->> 'videoId' = $1`, [videoId]);
      await postgres.client.query('vacuum analyze job, job_attempt');
      await postgres.client.query('checkpoint');
    },
  };
}

/** Creates the video and the persona that jobs refer to. */
async function createSubjects(startApi: Variant['startApi']): Promise<string> {
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
