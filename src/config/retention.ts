import type { Problems } from './environment/problems.ts';
import { days, variable } from './environment/variable.ts';
import type { Values } from './environment/variable.ts';

export const retentionVariables = {
  jobRetentionDays: variable<number | null>({
    name: 'JOB_RETENTION_DAYS',
    schema: days,
    fallback: 90,
    help: 'How many days finished jobs and their logs are kept; 0: forever. Their results stay.',
  }),
  resultRetentionDays: variable<number | null>({
    name: 'RESULT_RETENTION_DAYS',
    schema: days,
    fallback: null,
    defaultText: 'forever',
    help: 'How many days results are kept; not less than `JOB_RETENTION_DAYS`.',
  }),
};

export interface RetentionConfig {
  /** How long finished jobs are kept. */
  jobDays: number;
  /** How long their results are kept; null: forever. */
  resultDays: number | null;
}

/** Null: all jobs are kept. */
export function readRetention(
  { jobRetentionDays, resultRetentionDays }: Values<typeof retentionVariables>,
  problems: Problems,
): RetentionConfig | null {
  // A job shows its result.
  if (resultRetentionDays !== null && resultRetentionDays < (jobRetentionDays ?? Infinity)) {
    problems.add(
      'RESULT_RETENTION_DAYS is less than JOB_RETENTION_DAYS: results must be kept as long as their jobs.',
      'JOB_RETENTION_DAYS',
    );
  }
  if (jobRetentionDays === null) return null;
  return { jobDays: jobRetentionDays, resultDays: resultRetentionDays };
}
