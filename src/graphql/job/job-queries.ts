import { jobRows } from '../../jobs/rows/find.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { builder } from '../builder.ts';
import { pageCost } from '../policy/list-costs.ts';
import { throwNotFound } from '../visibility.ts';
import { JobFilterRef, toFilter } from './job-filter.ts';
import { JobRef } from './job.ts';
import { countCost, JobConnectionRef, resolveJobs } from './job-connection.ts';
import { countJobsByState, maxCounted } from '../../jobs/rows/count.ts';
import { listErrorGroups, maxGrouped } from '../../jobs/rows/error-groups.ts';
import { maxLookedUp } from '../../jobs/rows/rarest.ts';
import { maxExamined } from '../../jobs/rows/select-examined.ts';
import type { StateCount } from '../../jobs/rows/count.ts';
import type { ErrorGroup } from '../../jobs/rows/error-groups.ts';
import { JobErrorCodeRef, JobStateRef, JobTypeRef } from '../enums.ts';
import { badUserInput } from '../policy/refusal.ts';

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
      description: [
        'The viewer’s jobs, newest first.',
        `If each video, persona, text or tag that is asked for is that of more than ${maxLookedUp} jobs, ${maxExamined} jobs are examined for a page: it may have fewer than asked for, or none, while there is a next one.`,
      ].join('\n'),
      complexity: pageCost,
      args: { filter: t.arg({ type: JobFilterRef, description: 'Which jobs.' }) },
      resolve: async (_root, args, context) =>
        resolveJobs(args, await toFilter(args.filter, context), context),
    },
    JobConnectionRef,
  ),
);

const JobCountRef = builder.objectRef<StateCount>('JobCount').implement({
  description:
    'How many jobs of one type are in one state. Has no id: a cache keeps it in its query, with the filter.',
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
    description: [
      'How many of the viewer’s jobs match, by type and state, where there are any.',
      `Exact if the filter has only types, states and owner; otherwise of the newest ${maxCounted} that match.`,
      `If each video, persona, text or tag that is asked for is that of more than ${maxLookedUp} jobs: among the newest ${maxExamined} jobs that fulfil the other conditions.`,
    ].join('\n'),
    args: { filter: t.arg({ type: JobFilterRef, description: 'Which jobs.' }) },
    resolve: async (_root, { filter }, { db, viewer }) =>
      countJobsByState(db, viewer, await toFilter(filter, { db, viewer })),
  }),
);

const JobErrorGroupRef = builder.objectRef<ErrorGroup>('JobErrorGroup').implement({
  description:
    'Jobs that failed for the same reason. Has no id: a cache keeps it in its query, with the filter.',
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
      resolve: ({ failures }, _args, { readers, viewer }) =>
        readers.find(jobRows, viewer, failures[0]!.id) as Promise<JobRow>,
    }),
    jobIds: t.field({
      type: ['ID'],
      description: `Ids of its jobs, the newest first, for \`JobFilter.ids\`: ${maxGrouped} at most.`,
      resolve: ({ failures }) => failures.map(({ id }) => id),
    }),
    failedAt: t.field({
      type: ['DateTime'],
      description: 'When each of them failed, in the order of `jobIds`.',
      resolve: ({ failures }) => failures.map(({ at }) => at),
    }),
  }),
});

/** Error groups of one query. */
const groups = { defaultSize: 20, maxSize: 100 };

builder.queryField('jobErrorGroups', (t) =>
  t.field({
    type: [JobErrorGroupRef],
    complexity: ({ first }) => ({ field: countCost, multiplier: first ?? groups.defaultSize }),
    description: [
      `The viewer’s FAILED jobs by code and cause, the most frequent first; of the newest ${maxGrouped} of them.`,
      `If each video, persona, text or tag that is asked for is that of more than ${maxLookedUp} jobs: of those among the newest ${maxExamined} FAILED jobs that fulfil the other conditions.`,
    ].join('\n'),
    args: {
      filter: t.arg({ type: JobFilterRef, description: 'Which jobs.' }),
      first: t.arg.int({
        defaultValue: groups.defaultSize,
        description: `Groups at most, 1 to ${groups.maxSize}.`,
      }),
    },
    resolve: async (_root, { filter, first }, { db, viewer }) => {
      const limit = first ?? groups.defaultSize;
      if (limit < 1 || limit > groups.maxSize) {
        throw badUserInput(`\`first\` must be from 1 to ${groups.maxSize}, not ${limit}.`);
      }
      const failed = { ...filter, states: filter?.states ?? ['FAILED'] };
      return listErrorGroups(db, viewer, await toFilter(failed, { db, viewer }), limit);
    },
  }),
);
