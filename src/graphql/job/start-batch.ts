import { createHash } from 'node:crypto';
import { asOwner } from '../../db/viewer.ts';
import {
  IdempotencyConflictError,
  NotFoundError,
  RateLimitedError,
  ValidationError,
} from '../../errors.ts';
import { findBatchByIdempotencyKey, insertBatch } from '../../jobs/batches/insert.ts';
import type { BatchRow } from '../../jobs/batches/table.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { payload } from '../errors.ts';
import { BatchRef } from './batch.ts';
import { batchInput, listEntries, maxEntries, StartBatchInputRef } from './batch-input.ts';
import type { BatchEntry } from './batch-input.ts';
import { explainGone } from './explain-gone.ts';
import { JobOptionsRef, nameVideo, parseStart } from './job-options.ts';
import type { StartArguments } from './job-options.ts';
import { publishAndDispatch } from './publish-jobs.ts';
import { checkBasedOn } from './related-jobs.ts';

/** However many jobs it starts: of the variables, only sizes of lists may decide what an operation costs. */
const batchCost = 50;

const StartBatchPayloadRef = builder
  .objectRef<{ batch: BatchRow; created: boolean }>('StartBatchPayload')
  .implement({
    description: 'The batch that `startBatch` started.',
    fields: (t) => ({
      batch: t.expose('batch', { type: BatchRef, description: 'The batch, as it is now.' }),
      created: t.exposeBoolean('created', {
        description: 'False if an earlier call had started it.',
      }),
    }),
  });

builder.mutationField('startBatch', (t) =>
  t.field({
    type: StartBatchPayloadRef,
    complexity: batchCost,
    description: [
      `Starts up to ${maxEntries} jobs and pipelines at once: all of them, or none. Returns at once; the jobs run later, each when it is its owner’s turn.`,
      'Each job counts in the limits of its owner, those of a pipeline one by one.',
    ].join('\n'),
    errors: payload('StartBatchResult', 'The batch, or why `startBatch` did not start it.', [
      ValidationError,
      NotFoundError,
      RateLimitedError,
      IdempotencyConflictError,
    ]),
    args: {
      input: t.arg({ type: StartBatchInputRef, required: true, description: 'What to do.' }),
      options: t.arg({
        type: JobOptionsRef,
        description:
          'How to run it. The idempotency key applies to the whole, and the other options to every job; of a pipeline, all but the priority and the tags to the first job.',
      }),
    },
    resolve: (_root, args, context) => startBatch(args, context),
  }),
);

/** Checks, stores and enqueues, in this order: once the rows are stored, the jobs will run. */
async function startBatch(
  args: StartArguments,
  context: GraphQLContext,
): Promise<{ batch: BatchRow; created: boolean }> {
  const { db, limits, viewer, newId } = context;
  const { input, options } = await parseStart(batchInput, args, context);
  const { idempotencyKey, ...ofJobs } = options;
  const entries = await Promise.all(
    listEntries(input).map(async (entry) => ({
      ...entry,
      input: await nameVideo(entry.input, context),
    })),
  );
  const named = JSON.stringify([input.name, entries.map(({ path, input }) => [path, input])]);
  const inputHash = createHash('sha256').update(named).digest('base64url');
  const submission = { owner: viewer.owner, idempotencyKey, inputHash };
  const earlier = await findBatchByIdempotencyKey(db, submission);
  if (earlier) return { batch: earlier, created: false };

  const jobs = entries.flatMap((entry) => entry.start.plan(entry.input, ofJobs, context));
  const refund = await limits.startJobs(viewer.owner, jobs.length);
  let isStored = false;
  try {
    await Promise.all([checkEntries(entries, context), checkBasedOn(context, options.basedOn)]);
    const batch = { ...submission, id: newId(), name: input.name };
    const inserted = await explainGone(insertBatch(db, batch, jobs), () =>
      checkEntries(entries, context),
    );
    isStored = inserted !== undefined;
    if (inserted) {
      publishAndDispatch(context, inserted.jobs);
      return { batch: inserted.batch, created: true };
    }
  } finally {
    // Unlike a single job, a batch may be all that its owner may start in a minute.
    if (!isStored) await refund();
  }
  // A concurrent call with the same key was faster.
  const faster = await findBatchByIdempotencyKey(db, submission);
  if (!faster) throw new Error('the batch with this idempotency key was deleted just now');
  return { batch: faster, created: false };
}

/**
 * Checks what the elements refer to. What they refer to alike is read together, by the owner's share of the connections. Throws
 * ValidationError with all issues, or NotFoundError for the first that is missing.
 */
async function checkEntries(
  entries: readonly BatchEntry[],
  { db, readers, viewer }: GraphQLContext,
): Promise<void> {
  const checked = await Promise.allSettled(
    entries.map(({ start, input }) => start.check({ ...readers, db }, asOwner(viewer), input)),
  );
  const errors = checked.flatMap((outcome, index) =>
    outcome.status === 'rejected' ? [atEntry(outcome.reason as Error, entries[index]!)] : [],
  );
  const unexpected = errors.find((error) => !isAboutInput(error));
  if (unexpected) throw unexpected;
  const issues = errors.flatMap((error) => (error instanceof ValidationError ? error.issues : []));
  if (issues.length > 0) throw new ValidationError(issues);
  const [missing] = errors;
  if (missing) throw missing;
}

function isAboutInput(error: Error): boolean {
  return error instanceof ValidationError || error instanceof NotFoundError;
}

/** The error with paths in the batch's input instead of those in the element's. */
function atEntry(error: Error, { path }: BatchEntry): Error {
  const within = (inner: readonly string[]) => [...path, ...inner.slice(1)];
  if (error instanceof NotFoundError) {
    return new NotFoundError(error.kind, error.id, within(error.path));
  }
  if (!(error instanceof ValidationError)) return error;
  return new ValidationError(error.issues.map((issue) => ({ ...issue, path: within(issue.path) })));
}
