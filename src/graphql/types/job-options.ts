import { z } from 'zod';
import { jobPriorities } from '../../db/job-row.ts';
import type { JobPriority } from '../../db/job-row.ts';
import { text } from '../../jobs/input-fields.ts';
import { builder } from '../builder.ts';
import { JobPriorityRef } from './enums.ts';

/** A delay at most: 30 days. */
const maxDelayMs = 30 * 24 * 3_600_000;

/** How a job is to be run, apart from what it does. */
export const jobOptionsSchema = z.object({
  idempotencyKey: text(200).optional(),
  priority: z.enum(jobPriorities).optional(),
  delayMs: z
    .int()
    .min(0, 'Must not be negative.')
    .max(maxDelayMs, `Must be at most ${maxDelayMs}, which is 30 days.`)
    .optional(),
  expiresAt: z
    .date()
    .refine((time) => time.getTime() > Date.now(), 'Must be in the future.')
    .optional(),
});
type JobOptions = z.output<typeof jobOptionsSchema>;

/** The options as a new job's row has them. */
export function toColumns(
  { delayMs = 0, priority, idempotencyKey, expiresAt }: JobOptions,
  defaultPriority: JobPriority,
) {
  return {
    idempotencyKey,
    expiresAt,
    priority: priority ?? defaultPriority,
    runAt: delayMs > 0 ? new Date(Date.now() + delayMs) : undefined,
  };
}

export const JobOptionsRef = builder.inputType('JobOptions', {
  description: 'How a job is to be run, apart from what it does.',
  fields: (t) => ({
    idempotencyKey: t.string({
      description: [
        'Same key, same input: the same job again, with created: false.',
        'Same key, other input: IdempotencyConflictError. Up to 200 characters.',
      ].join(' '),
    }),
    priority: t.field({
      type: JobPriorityRef,
      description: 'Which jobs it goes before; when absent, its type decides.',
    }),
    delayMs: t.int({ description: 'Not to begin before so many milliseconds have passed.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'Not started by then: EXPIRED.' }),
  }),
});
