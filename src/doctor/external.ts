import type { Config } from '../config/config.ts';
import type { StackConfig } from '../config/stack.ts';
import { createDatabase } from '../db/database.ts';
import type { JobDefinition } from '../jobs/define-job.ts';
import type { Logger } from '../platform/logger.ts';
import { createQueues } from '../queue/queues.ts';
import { createPostgresInspection } from '../stack/postgres/inspection.ts';
import { createRedisInspection } from '../stack/redis/inspection.ts';
import { isWrong, warning } from './finding.ts';
import type { Finding } from './finding.ts';
import { checkLeader } from './leader.ts';
import { checkModelService } from './model-service.ts';
import { checkPostgres } from './postgres.ts';
import { checkQueues } from './queues.ts';
import type { QueueOptions } from './queues.ts';
import { checkRedis } from './redis.ts';
import { adviseRetry, runCheck } from './run-check.ts';
import { checkDeadlines, checkEntries, checkDispatch } from './stuck-jobs.ts';
import { checkClocks } from './timing.ts';

export interface ExamineOptions {
  config: Config;
  definitions: readonly JobDefinition[];
  logger: Logger;
}

/** Checks every part of the external stack; a part that cannot be reached does not hide the others. */
export async function examineServices(
  { config, definitions, logger }: ExamineOptions,
  stack: Extract<StackConfig, { kind: 'external' }>,
): Promise<Finding[]> {
  await using opened = new AsyncDisposableStack();
  const redis = opened.use(createRedisInspection(stack.redis));
  const address = { url: stack.databaseUrl, ca: stack.databaseCa };
  const postgres = createPostgresInspection(address);
  const db = opened.use(createDatabase(postgres.openPool));
  const [redisFindings, postgresFindings, modelFindings] = await Promise.all([
    checkRedis(redis, stack.redis),
    checkPostgres(db, postgres, stack),
    checkModelService(config),
  ]);
  const hasRedis = isFine(redisFindings, 'redis');
  const hasPostgres = isFine(postgresFindings, 'postgres');
  const hasTables = hasPostgres && isFine(postgresFindings, 'migrations');
  const clockFindings = await checkClocks(
    hasRedis ? redis : undefined,
    hasPostgres ? db : undefined,
  );
  const queues = hasRedis
    ? opened.use(
        createQueues(db, redis.openTransport(stack.redis.prefix, logger), definitions, logger),
      )
    : undefined;
  const jobFindings = hasTables
    ? [
        ...(await checkJobs({ db, queues, config, definitions })),
        ...(await runCheck('leader', () => checkLeader(db), adviseRetry, 6_000)),
      ]
    : [warnOfSkippedJobs()];
  return [
    ...redisFindings,
    ...postgresFindings,
    ...clockFindings,
    ...modelFindings,
    ...jobFindings,
  ];
}

function isFine(findings: readonly Finding[], check: string): boolean {
  return !findings.some((finding) => finding.check === check && isWrong(finding));
}

/** Checks workers, queues and the rows of jobs. */
export async function checkJobs(options: QueueOptions): Promise<Finding[]> {
  const { queues, config } = options;
  const { reconcileIntervalMs } = config;
  const findings = [
    await runCheck('queues', () => checkQueues(options), adviseRetry),
    await runCheck('jobs not dispatched', () => checkDispatch(options), adviseRetry, 10_000),
    await runCheck('jobs past their deadline', () => checkDeadlines(options), adviseRetry),
    queues
      ? await runCheck(
          'jobs unknown to their queue',
          () => checkEntries(options, queues, reconcileIntervalMs),
          adviseRetry,
        )
      : [],
  ];
  return findings.flat();
}

function warnOfSkippedJobs(): Finding {
  return warning(
    'jobs',
    'queues, workers and jobs were not checked: the database is not usable',
    'Correct what is wrong with it, then run doctor again.',
  );
}
