import { hostname } from 'node:os';
import { z } from 'zod';
import { queueName } from '../jobs/define-job.ts';
import type { JobDefinition } from '../jobs/define-job.ts';
import { ownerWeight } from './owner-weight.ts';
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

const weights = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'it is not JSON, such as {"alice":3}' });
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), ownerWeight, { error: 'it must be like {"alice":3}' }));

export const workerVariables = {
  lockDurationMs: variable<number | null>({
    name: 'LOCK_DURATION_MS',
    schema: millisecondsFrom(1_000),
    fallback: null,
    defaultText: 'embedded: `30000`, external: `7000`',
    help: 'How long a worker that stopped responding keeps its jobs.',
  }),
  reconcileIntervalMs: variable({
    name: 'RECONCILE_INTERVAL_MS',
    schema: millisecondsFrom(100),
    fallback: 30_000,
    help: 'How often rows and queues are compared and repaired.',
  }),
  ownerWeights: variable<Record<string, number>>({
    name: 'OWNER_WEIGHTS',
    schema: weights,
    fallback: {},
    defaultText: 'all the same',
    help: 'How many shares of a queue an owner has while several wait, such as `{"alice":3}`, from 0.01 to 100; others have that of `AUTH_WEIGHT_CLAIM`, or 1.',
  }),
  workerQueues: variable<string[] | null>({
    name: 'WORKER_QUEUES',
    schema: list(z.string()),
    fallback: null,
    defaultText: 'all',
    help: 'Queues that the workers of this process serve, such as `video-summarization,claim-extraction`.',
  }),
  workerName: variable<string | null>({
    name: 'WORKER_NAME',
    schema: z.string().max(100),
    fallback: null,
    defaultText: 'host name and process id',
    help: 'Name of this process’s worker in `attempts`.',
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
      help: 'Simultaneous jobs in one worker process.',
    }),
    ratePerMinute: variable<number | null>({
      name: `${type}_RATE_PER_MINUTE`,
      schema: wholeNumber(0, 1_000_000).transform((rate) => (rate === 0 ? null : rate)),
      fallback: stack === 'embedded' ? null : defaults.ratePerMinute,
      defaultText: `embedded: no limit, external: \`${defaults.ratePerMinute}\``,
      help: 'Jobs per minute for the whole queue; 0 for no limit.',
    }),
    perOwner: variable<number | null>({
      name: `${type}_PER_OWNER`,
      schema: wholeNumber(0, 1_000_000).transform((jobs) => (jobs === 0 ? null : jobs)),
      fallback: null,
      defaultText: 'no limit',
      help: 'Maximum jobs of one owner in the queue at once, including those that wait for their next attempt; 0 for no limit.',
    }),
    attempts: variable({
      name: `${type}_ATTEMPTS`,
      schema: count,
      fallback: defaults.attempts,
      help: 'Maximum runs, the first included.',
    }),
    backoffMs: variable({
      name: `${type}_BACKOFF_MS`,
      schema: milliseconds,
      fallback: defaults.backoffMs,
      help: 'Delay before the second run; it doubles for each further one.',
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
  lockDurationMs: number;
  reconcileIntervalMs: number;
  workerName: string;
  /** How many shares of a queue an owner has; an owner who is not named has 1. */
  ownerWeights: Record<string, number>;
  /** Job types that this process runs. */
  workerTypes: readonly string[];
}

/** A job waits that long for another worker. The embedded stack has no other. */
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
    problems.add(`WORKER_QUEUES: unknown queue ${unknown.join(', ')}; the queues are ${known}.`);
  }
  const served = definitions.filter((it) => queues?.includes(queueName(it)) ?? true);
  return served.map(({ type }) => type);
}
