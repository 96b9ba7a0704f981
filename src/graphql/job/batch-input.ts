import { z } from 'zod';
import { text } from '../../jobs/input-fields.ts';
import { builder } from '../builder.ts';
import { analysisStart } from './analysis-start.ts';
import type { JobStart } from './job-start.ts';
import { jobStarts } from './start-job.ts';

/** Entries of one batch at most. */
export const maxEntries = 500;
/** Characters of a batch's name. */
const maxNameLength = 200;

/** What a batch can start: whatever a mutation of its own can. */
const starts: ReadonlyMap<string, JobStart> = new Map(
  [...jobStarts, analysisStart].map((start) => [start.mutation, start]),
);

const BatchJobInputRef = builder.inputType('BatchJobInput', {
  description: 'What to start: exactly one of these.',
  isOneOf: true,
  fields: (t) =>
    Object.fromEntries(
      [...starts].map(([mutation, { inputRef }]) => [
        mutation,
        t.field({ type: inputRef, description: `As \`${mutation}\` starts it.` }),
      ]),
    ),
});

export const StartBatchInputRef = builder.inputType('StartBatchInput', {
  description: 'The input of `startBatch`.',
  fields: (t) => ({
    name: t.string({ description: `What to call it, up to ${maxNameLength} characters.` }),
    jobs: t.field({
      type: [BatchJobInputRef],
      required: true,
      description: `What to start, 1 to ${maxEntries}: all are accepted, or none.`,
    }),
  }),
});

const entryInput = z
  .object(
    Object.fromEntries([...starts].map(([mutation, { schema }]) => [mutation, schema.optional()])),
  )
  .refine((entry) => Object.keys(entry).length === 1, 'Must have exactly one field.');

/** Parses the input of `startBatch`. */
export const batchInput = z.object({
  name: text(maxNameLength).optional(),
  jobs: z
    .array(entryInput)
    .min(1, 'Must not be empty.')
    .max(maxEntries, `Must have at most ${maxEntries} elements.`),
});

/** One element of the input. */
export interface BatchEntry {
  start: JobStart;
  input: Record<string, unknown>;
  /** Where its input is among the arguments. */
  path: readonly string[];
}

/** The elements of a parsed input, in their order. */
export function listEntries({ jobs }: z.output<typeof batchInput>): BatchEntry[] {
  return jobs.flatMap((entry, index) =>
    Object.entries(entry).map(([mutation, input]) => ({
      start: starts.get(mutation)!,
      input: input as BatchEntry['input'],
      path: ['input', 'jobs', String(index), mutation],
    })),
  );
}
