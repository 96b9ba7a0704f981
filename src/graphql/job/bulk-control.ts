import type { CancelOutcome } from '../../jobs/rows/control.ts';
import { unfinishedStates } from '../../jobs/rows/row.ts';
import type { JobState } from '../../jobs/rows/row.ts';
import { ConflictError, RateLimitedError } from '../../errors.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { cancel, retry } from './control-job.ts';
import { JobFilterRef, toFilter } from './job-filter.ts';
import { listJobs } from '../../jobs/rows/pages.ts';

/** Maximum number of jobs of one call. */
const maxJobs = 100;

interface BulkOutcome {
  changed: number;
  unchanged: number;
  hasMore: boolean;
}

const BulkOutcomeRef = builder.objectRef<BulkOutcome>('BulkOutcome').implement({
  description:
    'The outcome of a call for many jobs. Has no id: a cache keeps it in the answer of that call.',
  fields: (t) => ({
    changed: t.exposeInt('changed', { description: 'Jobs whose state changed or will change.' }),
    unchanged: t.exposeInt('unchanged', {
      description: 'Jobs that matched, but had changed in the meantime.',
    }),
    hasMore: t.exposeBoolean('hasMore', {
      description: 'Whether more jobs match. If so, call again.',
    }),
  }),
});

const args = (states: string) => ({
  description: `Which jobs; \`states\` ${states}.`,
});

builder.mutationField('cancelJobs', (t) =>
  t.field({
    type: BulkOutcomeRef,
    description: `Cancels the viewer’s matching jobs that are not final, the newest ${maxJobs} first.`,
    args: { filter: t.arg({ type: JobFilterRef, ...args('may narrow that down') }) },
    resolve: (_root, { filter }, context) =>
      forEach(context, filter, unfinishedStates, async (id) => {
        const { outcome } = await cancel(context, id);
        return outcome !== ('ALREADY_FINISHED' satisfies CancelOutcome);
      }),
  }),
);

builder.mutationField('retryFailedJobs', (t) =>
  t.field({
    type: BulkOutcomeRef,
    description: `Restarts the viewer’s matching FAILED jobs, the newest ${maxJobs} first.`,
    args: { filter: t.arg({ type: JobFilterRef, ...args('is ignored: only FAILED jobs match') }) },
    resolve: (_root, { filter }, context) =>
      forEach(context, filter, ['FAILED'], async (id) => {
        try {
          await retry(context, id);
          return true;
        } catch (error) {
          if (error instanceof ConflictError) return false;
          throw error;
        }
      }),
  }),
);

/** Changes one job after the other, each in its own transaction. If a rate limit is reached, the changes so far are kept. */
async function forEach(
  { db, viewer }: GraphQLContext,
  given: Parameters<typeof toFilter>[0],
  states: readonly JobState[],
  change: (id: string) => Promise<boolean>,
): Promise<BulkOutcome> {
  const filter = await toFilter({ ...given, states: given?.['states'] ?? states }, { db, viewer });
  const matching = states.filter(
    (state) => states.length === 1 || (filter.states?.includes(state) ?? true),
  );
  const page = { limit: maxJobs + 1, after: undefined, before: undefined, inverted: false };
  const jobs = await listJobs(db, viewer, { ...filter, states: matching }, page);
  let changed = 0;
  const batch = jobs.slice(0, maxJobs);
  for (const [index, { id }] of batch.entries()) {
    try {
      if (await change(id)) changed += 1;
    } catch (error) {
      if (!(error instanceof RateLimitedError) || changed === 0) throw error;
      return { changed, unchanged: index - changed, hasMore: true };
    }
  }
  return { changed, unchanged: batch.length - changed, hasMore: jobs.length > maxJobs };
}
