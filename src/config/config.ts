import { queueName } from '../jobs/define-job.ts';
import type { JobDefinition, JobSettings } from '../jobs/define-job.ts';
import { readAuth } from './auth.ts';
import type { AuthConfig } from './auth.ts';
import { readFront } from './front.ts';
import type { FrontConfig } from './front.ts';
import { readGraphQL } from './graphql.ts';
import type { GraphQLConfig } from './graphql.ts';
import { readLimits } from './limits.ts';
import type { LimitsConfig } from './limits.ts';
import { readMedia } from './media-variables.ts';
import type { MediaConfig } from './media-variables.ts';
import { describeMisspelt, listMisspelt } from './misspelt.ts';
import { createProblems } from './problems.ts';
import type { Problems } from './problems.ts';
import { createReader } from './read-variable.ts';
import type { Reader } from './read-variable.ts';
import { findStackKind, readStack } from './stack.ts';
import type { StackConfig } from './stack.ts';
import { describeVariables } from './variables.ts';
import { describeQueueVariables } from './queue-variables.ts';
import { readTls } from './tls-variables.ts';
import type { ModelServiceAccess } from './tls-variables.ts';
import type { Variable } from './variable.ts';

export type { AuthConfig, JwtConfig } from './auth.ts';

export type { FrontConfig } from './front.ts';

export type { LimitsConfig } from './limits.ts';

export type { StackConfig } from './stack.ts';

export interface Config {
  stack: StackConfig;
  http: { host: string; port: number; pingIntervalMs: number; front: FrontConfig };
  auth: AuthConfig;
  graphql: GraphQLConfig;
  limits: LimitsConfig;
  /** Of the probes alone; null: the API serves them on its own port. */
  metricsPort: number | null;
  /** Where traces are sent; null: there are none. */
  tracingUrl: string | null;
  logLevel: string;
  /** Null: the baseline model is started and used. */
  modelServiceUrl: string | null;
  modelService: ModelServiceAccess;
  modelTimeoutMs: number;
  baselineModel: BaselineModelConfig;
  media: MediaConfig;
  migrateOnStart: boolean;
  workerName: string;
  /** Types of the jobs that this process works on. */
  workerTypes: readonly string[];
  /** How long running jobs may go on once the process has been told to end. */
  shutdownGraceMs: number;
  reconcileIntervalMs: number;
  /** Null: all jobs are kept. */
  retention: RetentionConfig | null;
  /** How long a worker that has gone silent keeps its jobs. */
  lockDurationMs: number;
  /** By job type. */
  jobSettings: Record<string, JobSettings>;
}

export interface RetentionConfig {
  /** How long ended jobs are kept. */
  jobDays: number;
  /** How long their results are kept; null: for ever. */
  resultDays: number | null;
}

export interface BaselineModelConfig {
  /** It reads videos and transcripts below this folder. */
  mediaRoot: string;
  /** Least time of a step, so that a person can follow its bar. */
  stepDelayMs: number;
}

/** All that is wrong with the environment, a line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** A file that a `NAME_FILE` names. */
export interface UnreadableFile {
  /** The variable whose value it was to have. */
  name: string;
  problem: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration; throws ConfigError with every problem at once, those of files that were to be read for it
 * included. Unset and empty are the same.
 */
export function readConfig(
  env: Environment,
  definitions: readonly JobDefinition[],
  unreadable: readonly UnreadableFile[] = [],
): Config {
  const problems = createProblems();
  for (const { name, problem } of unreadable) problems.refuse(name, problem);
  const read = createReader(env, problems);
  const values = readAll(describeVariables(), read);
  const stack = readStack(values, problems);
  const stackKind = findStackKind(values, problems);
  const auth = readAuth(values, stackKind, problems);
  const front = readFront(values, { knowsAccounts: auth.mode !== 'none' }, problems);
  const retention = readRetention(values, problems);
  const jobSettings = Object.fromEntries(
    definitions.map((definition) => [
      definition.type,
      readAll(describeQueueVariables(definition, stackKind), read),
    ]),
  );
  if (stackKind === 'external' && values.modelServiceUrl === null) {
    const problem = 'MODEL_SERVICE_URL is required beside REDIS_URL and DATABASE_URL.';
    problems.add(problem, 'MODEL_SERVICE_URL');
  }
  const modelService = readTls(values, problems);
  const workerTypes = readWorkerTypes(values.workerQueues, definitions, problems);
  if (problems.list().length > 0) {
    // What is missing may be there, under another name.
    const misspelt = listMisspelt(env, definitions).map(describeMisspelt);
    throw new ConfigError([...problems.list(), ...misspelt].join('\n'));
  }
  return Object.freeze({
    stack,
    http: { host: values.host, port: values.port, pingIntervalMs: values.pingIntervalMs, front },
    auth,
    graphql: readGraphQL(values),
    limits: readLimits(values, auth.mode === 'none'),
    metricsPort: values.metricsPort,
    tracingUrl: values.tracingUrl,
    logLevel: values.logLevel,
    modelServiceUrl: values.modelServiceUrl,
    modelService,
    modelTimeoutMs: values.modelTimeoutMs,
    baselineModel: { mediaRoot: values.mediaRoot, stepDelayMs: values.stepDelayMs },
    media: readMedia(values),
    migrateOnStart: values.migrateOnStart ?? stack.kind === 'embedded',
    workerName: values.workerName,
    workerTypes,
    shutdownGraceMs: values.shutdownGraceMs,
    reconcileIntervalMs: values.reconcileIntervalMs,
    retention,
    lockDurationMs: values.lockDurationMs ?? lockDurationsMs[stack.kind],
    jobSettings,
  });
}

/** Nobody else can take a job of the embedded stack; elsewhere, it waits that long for another worker. */
const lockDurationsMs = { embedded: 30_000, external: 7_000 };

type Values<Variables> = {
  [Key in keyof Variables]: Variables[Key] extends Variable<infer Value> ? Value : never;
};

function readAll<Variables extends Record<string, Variable<unknown>>>(
  variables: Variables,
  read: Reader,
): Values<Variables> {
  const entries = Object.entries(variables).map(([key, variable]) => [key, read(variable)]);
  return Object.fromEntries(entries) as Values<Variables>;
}

function readRetention(
  { jobRetentionDays, resultRetentionDays }: Values<ReturnType<typeof describeVariables>>,
  problems: Problems,
): RetentionConfig | null {
  // A job shows what it made.
  if (resultRetentionDays !== null && resultRetentionDays < (jobRetentionDays ?? Infinity)) {
    problems.add(
      'RESULT_RETENTION_DAYS is less than JOB_RETENTION_DAYS: results stay with their jobs.',
      'JOB_RETENTION_DAYS',
    );
  }
  if (jobRetentionDays === null) return null;
  return { jobDays: jobRetentionDays, resultDays: resultRetentionDays };
}

function readWorkerTypes(
  queues: readonly string[] | null,
  definitions: readonly JobDefinition[],
  problems: Problems,
): string[] {
  const unknown = (queues ?? []).filter(
    (queue) => !definitions.some((it) => queueName(it) === queue),
  );
  if (unknown.length > 0) {
    const known = definitions.map(queueName).join(', ');
    problems.add(`WORKER_QUEUES: there is no queue ${unknown.join(', ')}; there are ${known}.`);
  }
  const wanted = definitions.filter((it) => queues?.includes(queueName(it)) ?? true);
  return wanted.map(({ type }) => type);
}
