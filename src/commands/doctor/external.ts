import type { Config } from '../../config/config.ts';
import type { StackConfig } from '../../config/stack.ts';
import { createDatabase } from '../../db/database.ts';
import type { JobDefinition } from '../../jobs/define-job.ts';
import type { Logger } from '../../platform/logger.ts';
import { createQueues } from '../../queue/queues.ts';
import { createPostgresInspection, createRedisInspection } from '../../stack/inspect-services.ts';
import { isWrong, warning } from './finding.ts';
import type { Finding } from './finding.ts';
import { checkLeader } from './leader.ts';
import { checkModelService } from './model-service.ts';
import { checkPostgres } from './postgres.ts';
import { checkQueues } from './queues.ts';
import type { QueueOptions } from './queues.ts';
import { checkRedis } from './redis.ts';
import { adviseAgain, runCheck } from './run-check.ts';
import { checkDeadlines, checkEntries, checkHandover } from './stuck-jobs.ts';
import { checkClocks } from './timing.ts';

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
    await runCheck('leader', () => checkLeader(db), adviseAgain, 6_000),
  ];
  return findings.flat();
}

function cannotLook(): Finding {
  return warning(
    'jobs',
    'queues, workers and jobs were not looked at: the database cannot tell of them',
    'Put right what is wrong with it, then run doctor again.',
  );
}
