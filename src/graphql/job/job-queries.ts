import { validate as isUuid } from 'uuid';
import { jobRows } from '../../jobs/rows/find.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { builder } from '../builder.ts';
import { pageCost } from '../policy/list-costs.ts';
import { throwNotFound } from '../visibility.ts';
import { resolvePage } from '../paging.ts';
import { JobFilterRef, toFilter } from './job-filter.ts';
import { JobRef } from './job.ts';
import { listJobs } from '../../jobs/rows/list.ts';

builder.queryField('job', (t) =>
  t.field({
    type: JobRef,
    nullable: true,
    description:
      'One job; null, with the error NOT_FOUND, if it does not exist or is not the viewer’s.',
    args: { id: t.arg.id({ required: true, description: 'The job’s id.' }) },
    resolve: async (_root, { id }, { readers, viewer }) =>
      (await readers.find(jobRows, viewer, id)) ?? throwNotFound('job', id),
  }),
);

builder.queryField('jobs', (t) =>
  t.connection(
    {
      type: JobRef,
      description: 'The viewer’s jobs, newest first.',
      complexity: pageCost,
      args: { filter: t.arg({ type: JobFilterRef, description: 'Which jobs.' }) },
      resolve: (_root, args, { db, viewer }) =>
        resolvePage(args, {
          toCursor: (job: JobRow) => job.id,
          isCursor: isUuid,
          list: (page) => listJobs(db, viewer, toFilter(args.filter), page),
        }),
    },
    { name: 'JobConnection', description: 'A page of jobs.' },
    { name: 'JobEdge', description: 'A job, and where it stands in the list.' },
  ),
);
