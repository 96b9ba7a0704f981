import { resolveCursorConnection } from '@pothos/plugin-relay';
import type { ResolveCursorConnectionArgs } from '@pothos/plugin-relay';
import { validate as isUuid } from 'uuid';
import type { JobRow } from '../../db/job-row.ts';
import { findJob, listJobs } from '../../db/jobs.ts';
import type { JobFilter } from '../../db/jobs.ts';
import { builder } from '../builder.ts';
import { pageSizes, toPage, withoutStrayCursors } from '../paging.ts';
import { JobStateRef, JobTypeRef } from './enums.ts';
import { JobRef } from './job.ts';

const JobFilterRef = builder.inputType('JobFilter', {
  description: 'Which jobs; what is absent does not limit.',
  fields: (t) => ({
    types: t.field({ type: [JobTypeRef], description: 'Of these types.' }),
    states: t.field({ type: [JobStateRef], description: 'In these states.' }),
    videoId: t.id({ description: 'About this video, or about summaries of it.' }),
  }),
});

builder.queryField('job', (t) =>
  t.field({
    type: JobRef,
    nullable: true,
    description: 'Null when there is no such job, or when it is not the viewer’s.',
    args: { id: t.arg.id({ required: true, description: 'The job’s id.' }) },
    resolve: (_root, { id }, { db, viewer }) => findJob(db, viewer.owner, id),
  }),
);

builder.queryField('jobs', (t) =>
  t.connection(
    {
      type: JobRef,
      description: 'The viewer’s jobs, newest first.',
      args: { filter: t.arg({ type: JobFilterRef, description: 'Which of them.' }) },
      resolve: async (_root, args, { db, viewer }) =>
        withoutStrayCursors(
          await resolveCursorConnection(
            { args, toCursor: (job: JobRow) => job.id, ...pageSizes },
            (cursor: ResolveCursorConnectionArgs) =>
              listJobs(db, viewer.owner, toFilter(args.filter), toPage(cursor, isUuid)),
          ),
        ),
    },
    { name: 'JobConnection', description: 'A page of jobs.' },
    { name: 'JobEdge', description: 'A job, and where it stands in the list.' },
  ),
);

function toFilter(filter: Partial<Record<keyof JobFilter, unknown>> | null | undefined): JobFilter {
  const given = Object.entries(filter ?? {}).filter(([, value]) => value !== null);
  return Object.fromEntries(given);
}
