import { z } from 'zod';
import type { Clock } from '../../db/clock.ts';
import { jobPriorities } from '../../jobs/rows/row.ts';
import type { JobPriority } from '../../jobs/rows/row.ts';
import type { ValidationIssue } from '../../errors.ts';
import { text } from '../../jobs/input-fields.ts';
import { builder } from '../builder.ts';
import { collect } from '../input.ts';
import { JobPriorityRef } from '../enums.ts';

/** A delay at most: 30 days. */
const maxDelayMs = 30 * 24 * 3_600_000;
/** The last moment that a time can be written with, in UTC and four digits of a year. */
const latestTime = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const jobOptionsSchema = z.object({
  idempotencyKey: text(200).optional(),
  priority: z.enum(jobPriorities).optional(),
  delayMs: z
    .int()
    .min(0, 'Must not be negative.')
    .max(maxDelayMs, `Must be at most ${maxDelayMs}, which is 30 days.`)
    .optional(),
  expiresAt: z
    .date()
    .max(
      latestTime,
      'Must be before the year 10000 in UTC. Leave it out for a job that never expires.',
    )
    .optional(),
});
type JobOptions = z.output<typeof jobOptionsSchema>;

/** How a job is to be run, apart from what it does; faults are added to the list, and then it is undefined. */
export function collectOptions(
  issues: ValidationIssue[],
  given: object | null | undefined,
  clock: Clock,
): JobOptions | undefined {
  const options = collect(issues, 'options', jobOptionsSchema, given ?? {});
  const message = findExpiryFault(given ?? {}, clock);
  if (message === undefined) return options;
  issues.push({ path: ['options', 'expiresAt'], message });
  return undefined;
}

/** Adds an issue when HIGH is asked for by who may not have it, whatever else is wrong. */
export function checkPriority(
  issues: ValidationIssue[],
  path: string[],
  given: { priority?: unknown } | null | undefined,
  mayUseHigh: boolean,
): void {
  if (mayUseHigh || given?.priority !== 'HIGH') return;
  issues.push({ path, message: 'HIGH is for operators only: choose NORMAL or LOW.' });
}

/** What is wrong with the time of an expiry, whatever else is wrong: a client is told all of it at once. */
function findExpiryFault(given: { delayMs?: unknown; expiresAt?: unknown }, clock: Clock) {
  if (!(given.expiresAt instanceof Date)) return undefined;
  const fromNowMs = given.expiresAt.getTime() - clock.now();
  if (fromNowMs <= 0) return 'Must be in the future.';
  const delayMs = jobOptionsSchema.shape.delayMs.safeParse(given.delayMs ?? undefined).data ?? 0;
  return fromNowMs > delayMs ? undefined : 'Must be later than the end of `delayMs`.';
}

/** The options as a new job has them. */
export function toColumns(
  { delayMs, priority, idempotencyKey, expiresAt }: JobOptions,
  defaultPriority: JobPriority,
) {
  return { idempotencyKey, expiresAt, delayMs, priority: priority ?? defaultPriority };
}

export const JobOptionsRef = builder.inputType('JobOptions', {
  description: 'How to run a job.',
  fields: (t) => ({
    idempotencyKey: t.string({
      description: [
        'Same key, same input: the same job again, with created: false.',
        'Same key, other input: IdempotencyConflictError. Up to 200 characters.',
      ].join(' '),
    }),
    priority: t.field({
      type: JobPriorityRef,
      description:
        'Its place among the jobs that wait; if absent, the default of its type. HIGH may be for operators only.',
    }),
    delayMs: t.int({
      description: 'Milliseconds to wait before it may start, up to 2,592,000,000 (30 days).',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'If it has not started by then, it is EXPIRED. Must be later than the end of `delayMs`.',
    }),
  }),
});
