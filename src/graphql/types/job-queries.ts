import { resolveCursorConnection } from '@pothos/plugin-relay';
import type { ResolveCursorConnectionArgs } from '@pothos/plugin-relay';
import { validate as isUuid } from 'uuid';
import type { JobRow } from '../../db/job-row.ts';
import { listJobs } from '../../db/jobs.ts';
import { builder } from '../builder.ts';
import { pageCost } from '../limits/list-costs.ts';
import { pageSizes, toPage, withoutStrayCursors } from '../paging.ts';
import { JobFilterRef, toFilter } from './job-filter.ts';
import { JobRef } from './job.ts';

builder.queryField('job', (t) =>
  t.field({
    type: JobRef,
    nullable: true,
    description: 'Null when there is no such job, or when it is not the viewer’s.',
    args: { id: t.arg.id({ required: true, description: 'The job’s id.' }) },
    resolve: (_root, { id }, { jobs, viewer }) => jobs.find(viewer, id),
  }),
);

builder.queryField('jobs', (t) =>
  t.connection(
    {
      type: JobRef,
      description: 'The viewer’s jobs, newest first.',
      complexity: pageCost,
      args: { filter: t.arg({ type: JobFilterRef, description: 'Which of them.' }) },
      resolve: async (_root, args, { db, viewer }) =>
        withoutStrayCursors(
          await resolveCursorConnection(
            { args, toCursor: (job: JobRow) => job.id, ...pageSizes },
            (cursor: ResolveCursorConnectionArgs) =>
              listJobs(db, viewer, toFilter(args.filter), toPage(cursor, isUuid)),
          ),
        ),
    },
    { name: 'JobConnection', description: 'A page of jobs.' },
    { name: 'JobEdge', description: 'A job, and where it stands in the list.' },
  ),
);
