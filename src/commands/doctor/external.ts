import { sql } from 'kysely';
import type { Config } from '../../config/config.ts';
import type { StackConfig } from '../../config/stack.ts';
import { createDatabase } from '../../db/database.ts';
import type { Database } from '../../db/tables.ts';
import type { JobDefinition } from '../../jobs/define-job.ts';
import type { Logger } from '../../platform/logger.ts';
import { createQueues } from '../../queue/queues.ts';
import { createPostgresInspection, createRedisInspection } from '../../stack/inspect-services.ts';
import type { RedisInspection } from '../../stack/inspect-services.ts';
import { judgeClocks, measureOffset } from './clocks.ts';
import { isWrong, warning } from './finding.ts';
import type { Finding } from './finding.ts';
import { checkModelService } from './model-service.ts';
import { checkPostgres } from './postgres.ts';
import { checkQueues } from './queues.ts';
import type { QueueOptions } from './queues.ts';
import { checkReconciler } from './reconciler.ts';
import { checkRedis } from './redis.ts';
import { runCheck } from './run-check.ts';
import { checkDeadlines, checkEntries, checkHandover } from './stuck-jobs.ts';

export interface ExamineOptions {
  config: Config;
  definitions: readonly JobDefinition[];
  logger: Logger;
}

/** Looks at all that the external stack is made of; what cannot be reached hides nothing of the rest. */
export async function examineServices(
  { config, definitions, logger }: ExamineOptions,
  stack: Extract<StackConfig, { kind: 'external' }>,
): Promise<Finding[]> {
  await using opened = new AsyncDisposableStack();
  const redis = opened.use(createRedisInspection({ url: stack.redisUrl, ca: stack.redisCa }));
  const address = { url: stack.databaseUrl, ca: stack.databaseCa };
  const postgres = createPostgresInspection(address);
  const db = opened.use(createDatabase(postgres.openPool));
  const [ofRedis, ofPostgres, ofModels] = await Promise.all([
    checkRedis(redis, stack.redisUrl),
    checkPostgres(db, postgres, stack),
    checkModelService(config),
  ]);
  const hasRedis = isFine(ofRedis, 'redis');
  const hasPostgres = isFine(ofPostgres, 'postgres');
  const hasTables = hasPostgres && isFine(ofPostgres, 'migrations');
  const ofClocks = await checkClocks(hasRedis ? redis : undefined, hasPostgres ? db : undefined);
  const queues = hasRedis
    ? opened.use(
        createQueues(db, redis.openTransport(stack.redisPrefix, logger), definitions, logger),
      )
    : undefined;
  const ofJobs = hasTables ? await checkJobs({ db, queues, config, definitions }) : [cannotLook()];
  return [...ofRedis, ...ofPostgres, ...ofClocks, ...ofModels, ...ofJobs];
}

function isFine(findings: readonly Finding[], check: string): boolean {
  return !findings.some((finding) => finding.check === check && isWrong(finding));
}

async function checkClocks(
  redis: RedisInspection | undefined,
  db: Database | undefined,
): Promise<Finding[]> {
  if (!redis && !db) return [];
  return runCheck(
    'clocks',
    async () => {
      const offsets: Record<string, number> = {};
      if (db) offsets['PostgreSQL'] = await measureOffset(() => readPostgresClock(db));
      if (redis) offsets['Redis'] = await measureOffset(() => readRedisClock(redis));
      return judgeClocks(offsets);
    },
    adviseAgain,
  );
}

async function readPostgresClock(db: Database): Promise<number> {
  const { rows } = await sql<{ ms: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(db);
  return rows[0]!.ms;
}

async function readRedisClock({ client }: RedisInspection): Promise<number> {
  const [seconds, microseconds] = await client.time();
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
}

/** What rows, workers and queues say. */
async function checkJobs(options: QueueOptions): Promise<Finding[]> {
  const { db, queues, config } = options;
  const { reconcileIntervalMs } = config;
  const findings = [
    await runCheck('queues', () => checkQueues(options), adviseAgain),
    await runCheck('jobs not handed over', () => checkHandover(options), adviseAgain, 10_000),
    await runCheck('jobs past their deadline', () => checkDeadlines(options), adviseAgain),
    queues
      ? await runCheck(
          'jobs unknown to their queue',
          () => checkEntries(options, queues, reconcileIntervalMs),
          adviseAgain,
        )
      : [],
    await runCheck('reconciler', () => checkReconciler(db, reconcileIntervalMs), adviseAgain),
  ];
  return findings.flat();
}

function adviseAgain(): string {
  return 'Run doctor again; if it stays, see the logs of Redis and PostgreSQL.';
}

function cannotLook(): Finding {
  return warning(
    'jobs',
    'queues, workers and jobs were not looked at: the database cannot tell of them',
    'Put right what is wrong with it, then run doctor again.',
  );
}
