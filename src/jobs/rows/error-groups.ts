import { sql } from 'kysely';
import type { JobErrorCode } from '../../errors.ts';
import type { Database } from '../../db/tables.ts';
import type { Viewer } from '../../db/viewer.ts';
import type { JobFilter } from './filter.ts';
import { selectNewest } from './select-examined.ts';

export interface ErrorGroup {
  code: JobErrorCode;
  /** Without what differs from job to job. */
  message: string;
  count: number;
  lastSeenAt: Date;
  /** The newest first. */
  failures: { id: string; at: Date }[];
}

/** FAILED jobs that are grouped: each message is read. */
export const maxGrouped = 1_000;

/** Quoted text, ids, and numbers: they differ from job to job where the cause is the same. */
const varying = /"[^"]*"|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b[0-9]+(?:[.,][0-9]+)*\b/g;

/** The viewer's matching FAILED jobs by code and message, the most frequent first; of the newest `maxGrouped` of them. */
export async function listErrorGroups(
  db: Database,
  viewer: Viewer,
  filter: JobFilter,
  limit: number,
): Promise<ErrorGroup[]> {
  const groups = new Map<string, ErrorGroup>();
  for (const { id, code, message, at } of await listFailures(db, viewer, filter)) {
    // PostgreSQL would take longer to find what varies than to read all this.
    const cause = message.replaceAll(varying, '…');
    const key = `${code} ${cause}`;
    const group = groups.get(key) ?? {
      code,
      message: cause,
      count: 0,
      lastSeenAt: at,
      failures: [],
    };
    group.count += 1;
    if (at > group.lastSeenAt) group.lastSeenAt = at;
    group.failures.push({ id, at });
    groups.set(key, group);
  }
  return [...groups.values()]
    .toSorted((a, b) => b.count - a.count || (a.failures[0]!.id < b.failures[0]!.id ? 1 : -1))
    .slice(0, limit);
}

interface Failure {
  id: string;
  code: JobErrorCode;
  message: string;
  at: Date;
}

/** The newest first. */
async function listFailures(db: Database, viewer: Viewer, filter: JobFilter): Promise<Failure[]> {
  const isFailed = sql<boolean>`job.state = 'FAILED'`;
  // The ids are in the indexes: the rows of those that are grouped are read, and no others.
  const newest = selectNewest(viewer, filter, { limit: maxGrouped, condition: isFailed });
  const { rows } = await sql<Failure>`
    select found.id, error ->> 'code' as code, error ->> 'message' as message, finished_at as at
    from ${newest} found cross join lateral (
      select error, finished_at from job where job.id = found.id and error is not null offset 0) failed
    order by found.id desc`.execute(db);
  return rows;
}
