import { isFinal } from '../../jobs/rows/row.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { estimateJob, toCompletionRange, toStartRange } from '../../queue/estimates/ranges.ts';
import type { TimeRange } from '../../queue/estimates/ranges.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { JobRef } from './job.ts';

interface JobEstimate {
  starts: TimeRange | null;
  completes: TimeRange;
  coverage: number | null;
}

const JobEstimateRef = builder.objectRef<JobEstimate>('JobEstimate').implement({
  description:
    'When a job will start and complete: ranges that are meant to hold for eight jobs of ten, from how long the latest of its type took, and how well such ranges held. Has no id: a cache keeps it in its job.',
  fields: (t) => ({
    startsAfter: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The earliest time at which it is likely to start; null once it has started.',
      resolve: ({ starts }) => starts?.after,
    }),
    startsBefore: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The latest time at which it is likely to start; null once it has started.',
      resolve: ({ starts }) => starts?.before,
    }),
    completesAfter: t.field({
      type: 'DateTime',
      description: 'The earliest time at which it is likely to complete.',
      resolve: ({ completes }) => completes.after,
    }),
    completesBefore: t.field({
      type: 'DateTime',
      description: 'The latest time at which it is likely to complete.',
      resolve: ({ completes }) => completes.before,
    }),
    coverage: t.exposeFloat('coverage', {
      nullable: true,
      description:
        'Of the latest such ranges of its type that have been put to the test, the share that held: 0 to 1. Null until one has.',
    }),
  }),
});

builder.interfaceField(JobRef, 'estimate', (t) =>
  t.field({
    type: JobEstimateRef,
    nullable: true,
    description:
      'When it will start and complete. Null until ten jobs of its type have completed, while nobody can tell (its queue is paused or has no worker, it waits for the job before it or for a later start), and once it is final.',
    resolve: (job, _args, context) => findEstimate(job, context),
  }),
);

/** No statement for a job: what is read is of its type, and a second or more old; its place is read with that of others. */
async function findEstimate(job: JobRow, context: GraphQLContext): Promise<JobEstimate | null> {
  if (isFinal(job.state)) return null;
  const [pace, record, place] = await Promise.all([
    context.findPace(job.type),
    context.findEstimateRecord(job.type),
    job.state === 'QUEUED' ? context.findPlace(job.id) : undefined,
  ]);
  const now = context.clock.now();
  const { ratePerMinute } = context.settings(job.type);
  const estimate =
    pace && estimateJob(job, { pace, position: place?.position, ratePerMinute, now });
  if (!estimate) return null;
  return {
    starts: toStartRange(estimate, record, now),
    completes: toCompletionRange(estimate, record, now),
    coverage: record.coverage,
  };
}
