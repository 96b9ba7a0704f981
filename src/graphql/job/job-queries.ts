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
import { countJobs, countJobsByState, listErrorGroups, maxCounted } from '../../jobs/rows/count.ts';
import type { ErrorGroup, StateCount } from '../../jobs/rows/count.ts';
import { JobErrorCodeRef, JobStateRef, JobTypeRef } from '../enums.ts';
import { badUserInput } from '../policy/refusal.ts';

/** What it costs to count, beside reading a field. */
const countCost = 20;

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
      resolve: async (_root, args, { db, viewer }) => {
        const filter = toFilter(args.filter);
        const page = await resolvePage(args, {
          toCursor: (job: JobRow) => job.id,
          isCursor: isUuid,
          list: (request) => listJobs(db, viewer, filter, request),
        });
        return { ...page, filter };
      },
    },
    {
      name: 'JobConnection',
      description: 'A page of jobs.',
      fields: (t) => ({
        totalCount: t.int({
          complexity: countCost,
          description: `How many jobs match: exact up to ${maxCounted}; one more means more.`,
          resolve: ({ filter }, _args, { db, viewer }) => countJobs(db, viewer, filter),
        }),
      }),
    },
    { name: 'JobEdge', description: 'A job, and where it stands in the list.' },
  ),
);

const JobCountRef = builder.objectRef<StateCount>('JobCount').implement({
  description: 'How many jobs of one type are in one state.',
  fields: (t) => ({
    type: t.field({ type: JobTypeRef, description: 'The type.', resolve: ({ type }) => type }),
    state: t.expose('state', { type: JobStateRef, description: 'The state.' }),
    count: t.exposeInt('count', { description: 'How many; always more than 0.' }),
  }),
});

builder.queryField('jobCounts', (t) =>
  t.field({
    type: [JobCountRef],
    complexity: { field: countCost, multiplier: 10 },
    description: 'How many of the viewer’s jobs match, by type and state, where there are any.',
    args: { filter: t.arg({ type: JobFilterRef, description: 'Which jobs.' }) },
    resolve: (_root, { filter }, { db, viewer }) => countJobsByState(db, viewer, toFilter(filter)),
  }),
);

const JobErrorGroupRef = builder.objectRef<ErrorGroup>('JobErrorGroup').implement({
  description: 'Jobs that failed for the same reason.',
  fields: (t) => ({
    code: t.expose('code', { type: JobErrorCodeRef, description: 'The reason, for programs.' }),
    message: t.exposeString('message', {
      description:
        'The message of their errors, with what differs from job to job left out: quoted text, ids and numbers.',
    }),
    count: t.exposeInt('count', { description: 'How many jobs.' }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: 'DateTime',
      description: 'When the latest of them failed.',
    }),
    newest: t.field({
      type: JobRef,
      description: 'The one that was accepted last.',
      resolve: ({ newestId }, _args, { readers, viewer }) =>
        readers.find(jobRows, viewer, newestId) as Promise<JobRow>,
    }),
  }),
});

/** Error groups of one query. */
const groups = { defaultSize: 20, maxSize: 100 };

builder.queryField('jobErrorGroups', (t) =>
  t.field({
    type: [JobErrorGroupRef],
    complexity: ({ first }) => ({ field: countCost, multiplier: first ?? groups.defaultSize }),
    description: `The viewer’s FAILED jobs by code and cause, the most frequent first; of the newest ${maxCounted} of them.`,
    args: {
      filter: t.arg({ type: JobFilterRef, description: 'Which jobs.' }),
      first: t.arg.int({
        defaultValue: groups.defaultSize,
        description: `Groups at most, 1 to ${groups.maxSize}.`,
      }),
    },
    resolve: (_root, { filter, first }, { db, viewer }) => {
      const limit = first ?? groups.defaultSize;
      if (limit < 1 || limit > groups.maxSize) {
        throw badUserInput(`\`first\` must be from 1 to ${groups.maxSize}, not ${limit}.`);
      }
      return listErrorGroups(db, viewer, toFilter(filter), limit);
    },
  }),
);
