import { validate as isUuid } from 'uuid';
import { countJobs, maxCounted, maxReadToCount } from '../../jobs/rows/count.ts';
import { maxLookedUp } from '../../jobs/rows/rarest.ts';
import { onceAsync } from '../../platform/once.ts';
import type { JobFilter } from '../../jobs/rows/filter.ts';
import { readJobPage } from '../../jobs/rows/pages.ts';
import type { PageRequest } from '../../db/page.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { builder } from '../builder.ts';
import type { GraphQLContext } from '../context.ts';
import { resolvePage } from '../paging.ts';
import { JobRef } from './job.ts';

/** What it costs to count, beside reading a field. */
export const countCost = 20;

type PageInfo = Awaited<ReturnType<typeof resolvePage>>['pageInfo'];

/** A page of the viewer's matching jobs, newest first. */
export async function resolveJobs(
  args: Parameters<typeof resolvePage>[0],
  filter: JobFilter,
  { db, viewer }: Pick<GraphQLContext, 'db' | 'viewer'>,
) {
  let rest: Partial<PageInfo> = {};
  const page = await resolvePage(args, {
    toCursor: (job: JobRow) => job.id,
    isCursor: isUuid,
    list: async (request) => {
      const { jobs, examinedTo } = await readJobPage(db, viewer, filter, request);
      if (examinedTo !== undefined) rest = toRest(request, examinedTo);
      return jobs;
    },
  });
  const pageInfo = { ...page.pageInfo, ...rest };
  return { ...page, pageInfo, count: onceAsync(() => countJobs(db, viewer, filter)) };
}

/** Where the next page begins, if not after the last job of this one. */
function toRest({ inverted }: PageRequest, examinedTo: string): Partial<PageInfo> {
  return inverted
    ? { hasPreviousPage: true, startCursor: examinedTo }
    : { hasNextPage: true, endCursor: examinedTo };
}

export const JobConnectionRef = builder.connectionObject<
  typeof JobRef,
  ReturnType<typeof resolveJobs>
>(
  {
    type: JobRef,
    name: 'JobConnection',
    description: 'A page of jobs.',
    fields: (t) => ({
      totalCount: t.int({
        complexity: countCost,
        description: [
          `How many jobs match, up to ${maxCounted}; one more means more.`,
          `If each video, persona, text or tag that is asked for is that of more than ${maxLookedUp} jobs, and there are other conditions too: only among the newest ${maxReadToCount + 1} jobs that fulfil the others.`,
        ].join('\n'),
        resolve: async ({ count }) => (await count()).count,
      }),
      totalCountIsExact: t.boolean({
        complexity: countCost,
        description: 'Whether `totalCount` is exact. Otherwise at least so many jobs match.',
        resolve: async ({ count }) => (await count()).isExact,
      }),
    }),
  },
  { name: 'JobEdge', description: 'A job, and where it stands in the list.' },
);
