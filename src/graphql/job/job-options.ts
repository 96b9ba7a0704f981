import { z } from 'zod';
import type { Clock } from '../../db/clock.ts';
import { jobPriorities } from '../../jobs/rows/row.ts';
import type { JobPriority } from '../../jobs/rows/row.ts';
import { ValidationError } from '../../errors.ts';
import type { ValidationIssue } from '../../errors.ts';
import { asOwner } from '../../db/viewer.ts';
import { ownId, text } from '../../jobs/input-fields.ts';
import { videoNodes } from '../../subjects/video/queries.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { collect } from '../input.ts';
import { JobPriorityRef } from '../enums.ts';

/** The longest delay: 30 days. */
const maxDelayMs = 30 * 24 * 3_600_000;
/** The last moment in UTC whose year has four digits. */
const latestTime = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const maxTags = 20;
/** Characters of a tag. */
const maxTagLength = 50;

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
  tags: z
    .array(text(maxTagLength))
    .max(maxTags, `Must have at most ${maxTags} tags.`)
    .transform((tags) => [...new Set(tags)])
    .optional(),
  basedOn: ownId('').optional(),
});
export type JobOptions = z.output<typeof jobOptionsSchema>;

/** The arguments of a mutation that starts jobs. */
export interface StartArguments {
  input: object;
  options?: object | null | undefined;
}

/** Parses the arguments of a mutation that starts jobs; throws ValidationError with all issues of both. */
export async function parseStart<Input extends z.ZodObject>(
  schema: Input,
  args: StartArguments,
  context: Pick<GraphQLContext, 'clock' | 'limits' | 'readers' | 'viewer'>,
): Promise<{ input: z.output<Input>; options: JobOptions }> {
  const { clock, limits, viewer } = context;
  const issues: ValidationIssue[] = [];
  const input = collect(issues, 'input', schema, args.input);
  const options = collectOptions(issues, args.options, clock);
  checkPriority(issues, ['options', 'priority'], args.options, limits.mayUseHigh(viewer));
  if (!input || !options || issues.length > 0) throw new ValidationError(issues);
  return { input: await nameVideo(input, context), options };
}

/**
 * The input with the id that other systems know its video by: whichever id a client gives, the same input is stored, so that
 * an idempotency key stands for it.
 */
export async function nameVideo<Input extends { videoId?: unknown }>(
  input: Input,
  { readers, viewer }: Pick<GraphQLContext, 'readers' | 'viewer'>,
): Promise<Input> {
  if (typeof input.videoId !== 'string') return input;
  const video = await readers.find(videoNodes, asOwner(viewer), input.videoId);
  return video ? { ...input, videoId: video.externalId } : input;
}

function collectOptions(
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

/** Adds an issue if the priority is HIGH and the viewer may not use it, whatever else is wrong. */
export function checkPriority(
  issues: ValidationIssue[],
  path: string[],
  given: { priority?: unknown } | null | undefined,
  mayUseHigh: boolean,
): void {
  if (mayUseHigh || given?.priority !== 'HIGH') return;
  issues.push({ path, message: 'HIGH is for operators only: choose NORMAL or LOW.' });
}

/** What is wrong with `expiresAt`, even if `delayMs` is wrong too: a client learns of all issues at once. */
function findExpiryFault(given: { delayMs?: unknown; expiresAt?: unknown }, clock: Clock) {
  if (!(given.expiresAt instanceof Date)) return undefined;
  const fromNowMs = given.expiresAt.getTime() - clock.now();
  if (fromNowMs <= 0) return 'Must be in the future.';
  const delayMs = jobOptionsSchema.shape.delayMs.safeParse(given.delayMs ?? undefined).data ?? 0;
  return fromNowMs > delayMs ? undefined : 'Must be later than the end of `delayMs`.';
}

/** The options as columns of a new job. */
export function toColumns(
  { priority, tags, ...options }: JobOptions,
  defaultPriority: JobPriority,
) {
  return { ...options, ...toTags(tags), priority: priority ?? defaultPriority };
}

/** The column of a job's tags, which is null for none. */
export function toTags(tags: readonly string[] | undefined) {
  return tags?.length ? { tags } : {};
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
    tags: t.stringList({
      description: 'What to find it by: up to 20 tags of up to 50 characters.',
    }),
    basedOn: t.id({
      description: 'The job of the viewer’s that it is started again from, with a change.',
    }),
  }),
});
