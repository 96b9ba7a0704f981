import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { JobFilter } from './filter.ts';
import type { JobRow } from './row.ts';
import { isDirect, maxExamined } from './select-examined.ts';
import { selectIds, selectInOrder } from './select-ids.ts';
import type { PageRequest } from '../../db/page.ts';
import type { Database } from '../../db/tables.ts';
import type { Viewer } from '../../db/viewer.ts';

/** A page of the viewer's matching jobs by id, which grows with time. */
export async function listJobs(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
  page: PageRequest,
): Promise<JobRow[]> {
  return readJobs(db, viewer, filter, page, isBetween(page));
}

export interface JobPage {
  jobs: JobRow[];
  /** If there are fewer than asked for, and there may be more: the last job that was examined. */
  examinedTo: string | undefined;
}

/** The same, but if none of the filter's conditions is rare, at most `maxExamined` jobs are examined. */
export async function readJobPage(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
  page: PageRequest,
): Promise<JobPage> {
  const horizon = isDirect(filter) ? undefined : await findHorizon(db, viewer, filter, page);
  if (horizon === undefined) {
    return { jobs: await listJobs(db, viewer, filter, page), examinedTo: undefined };
  }
  const isExamined = page.inverted ? sql`job.id <= ${horizon}` : sql`job.id >= ${horizon}`;
  const condition = sql<boolean>`${isBetween(page)} and ${isExamined}`;
  const jobs = await readJobs(db, viewer, filter, page, condition);
  return { jobs, examinedTo: jobs.length < page.limit ? horizon : undefined };
}

/** The last of the jobs that are examined for a page; undefined if these are all. */
async function findHorizon(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
  page: PageRequest,
): Promise<string | undefined> {
  const limits = { limit: maxExamined, order: toOrder(page), condition: isBetween(page) };
  const { rows } = await sql<{ id: string }>`
    select id from ${selectInOrder(viewer, filter, limits)} examined offset ${sql.lit(maxExamined - 1)}`.execute(
    db,
  );
  return rows[0]?.id;
}

function toOrder({ inverted }: PageRequest): 'asc' | 'desc' {
  return inverted ? 'asc' : 'desc';
}

function isBetween({ after, before }: PageRequest): RawBuilder<boolean> {
  const bounds = [
    ...(after === undefined ? [] : [sql`job.id < ${after}::uuid`]),
    ...(before === undefined ? [] : [sql`job.id > ${before}::uuid`]),
  ];
  return sql`${sql.join([sql`true`, ...bounds], sql` and `)}`;
}

async function readJobs(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
  page: PageRequest,
  condition: RawBuilder<boolean>,
): Promise<JobRow[]> {
  const order = toOrder(page);
  const ids = selectIds(viewer, filter, { limit: page.limit, order, condition });
  const { rows } = await sql<JobRow>`
    select job.* from ${ids} found join job on job.id = found.id order by job.id ${sql.raw(order)}`.execute(
    db,
  );
  return rows;
}
