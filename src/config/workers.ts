import { hostname } from 'node:os';
import { z } from 'zod';
import { queueName } from '../jobs/define-job.ts';
import type { JobDefinition } from '../jobs/define-job.ts';
import type { Problems } from './environment/problems.ts';
import type { StackConfig } from './stack.ts';
import {
  count,
  list,
  milliseconds,
  millisecondsFrom,
  variable,
  wholeNumber,
} from './environment/variable.ts';
import type { Values } from './environment/variable.ts';

/** Beyond that, an owner would in effect be alone, or left out. */
const weight = z.number().min(0.01).max(100);
const weights = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'it is not JSON, as {"alice":3}' });
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), weight, { error: 'it must be as {"alice":3}' }));

/** How jobs are taken from their queues. */
export const workerVariables = {
  lockDurationMs: variable<number | null>({
    name: 'LOCK_DURATION_MS',
    schema: millisecondsFrom(1_000),
    fallback: null,
    defaultText: 'embedded: `30000`, external: `7000`',
    help: 'How long a worker that has gone silent keeps its jobs.',
  }),
  reconcileIntervalMs: variable({
    name: 'RECONCILE_INTERVAL_MS',
    schema: millisecondsFrom(100),
    fallback: 30_000,
    help: 'How often rows and queues are compared, and put right.',
  }),
  ownerWeights: variable<Record<string, number>>({
    name: 'OWNER_WEIGHTS',
    schema: weights,
    fallback: {},
    defaultText: 'all the same',
    help: 'How many shares of a queue an owner has while several wait, as `{"alice":3}`; who is not named has 1.',
  }),
  workerQueues: variable<string[] | null>({
    name: 'WORKER_QUEUES',
    schema: list(z.string()),
    fallback: null,
    defaultText: 'all',
    help: 'Queues that the workers of this process take jobs from, as `video-summarization,claim-extraction`.',
  }),
  workerName: variable<string | null>({
    name: 'WORKER_NAME',
    schema: z.string().max(100),
    fallback: null,
    defaultText: 'host name and process id',
    help: 'What `attempts` calls the worker of this process.',
  }),
};

/** The variables of one queue: `VIDEO_SUMMARIZATION_CONCURRENCY` and its like. */
export function describeQueueVariables(
  { type, defaults }: Pick<JobDefinition, 'type' | 'defaults'>,
  stack: StackConfig['kind'],
) {
  return {
    concurrency: variable({
      name: `${type}_CONCURRENCY`,
      schema: count,
      fallback: defaults.concurrency,
      help: 'Jobs at once in one worker process.',
    }),
    ratePerMinute: variable<number | null>({
      name: `${type}_RATE_PER_MINUTE`,
      schema: wholeNumber(0, 1_000_000).transform((rate) => (rate === 0 ? null : rate)),
      fallback: stack === 'embedded' ? null : defaults.ratePerMinute,
      defaultText: `embedded: no limit, external: \`${defaults.ratePerMinute}\``,
      help: 'Jobs a minute for the whole queue; 0 for no limit.',
    }),
    perOwner: variable<number | null>({
      name: `${type}_PER_OWNER`,
      schema: wholeNumber(0, 1_000_000).transform((jobs) => (jobs === 0 ? null : jobs)),
      fallback: null,
      defaultText: 'no limit',
      help: 'Jobs of one owner that the queue has at once, those included that wait for their next attempt; 0 for no limit.',
    }),
    attempts: variable({
      name: `${type}_ATTEMPTS`,
      schema: count,
      fallback: defaults.attempts,
      help: 'Runs at most, the first included.',
    }),
    backoffMs: variable({
      name: `${type}_BACKOFF_MS`,
      schema: milliseconds,
      fallback: defaults.backoffMs,
      help: 'Wait before the second run; it doubles with each further one.',
    }),
    deadlineMs: variable({
      name: `${type}_DEADLINE_MS`,
      schema: milliseconds,
      fallback: defaults.deadlineMs,
      help: 'A run that takes longer is aborted.',
    }),
  };
}

export interface WorkersConfig {
  /** How long a worker that has gone silent keeps its jobs. */
  lockDurationMs: number;
  reconcileIntervalMs: number;
  workerName: string;
  /** How many shares of a queue an owner has; one who is not named has 1. */
  ownerWeights: Record<string, number>;
  /** Types of the jobs that this process works on. */
  workerTypes: readonly string[];
}

/** Nobody else can take a job of the embedded stack; elsewhere, it waits that long for another worker. */
const lockDurationsMs = { embedded: 30_000, external: 7_000 };

export function readWorkers(
  values: Values<typeof workerVariables>,
  stack: StackConfig['kind'],
  definitions: readonly JobDefinition[],
  problems: Problems,
): WorkersConfig {
  return {
    lockDurationMs: values.lockDurationMs ?? lockDurationsMs[stack],
    reconcileIntervalMs: values.reconcileIntervalMs,
    ownerWeights: values.ownerWeights,
    workerName: values.workerName ?? `${hostname()}-${process.pid}`,
    workerTypes: readWorkerTypes(values.workerQueues, definitions, problems),
  };
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
