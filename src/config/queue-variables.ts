import type { JobDefinition } from '../jobs/define-job.ts';
import { count, milliseconds, variable, wholeNumber } from './variable.ts';

/** The variables of one queue: `VIDEO_SUMMARIZATION_CONCURRENCY` and its like. */
export function describeQueueVariables(
  { type, defaults }: Pick<JobDefinition, 'type' | 'defaults'>,
  stack: 'embedded' | 'external',
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
