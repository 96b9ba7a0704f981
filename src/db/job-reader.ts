import { sql } from 'kysely';
import { validate as isUuid } from 'uuid';
import type { JobRow } from './job-row.ts';
import { createJoinedReads } from './joined-reads.ts';
import type { Database } from './tables.ts';

/** What is known of a job without reading all of it. */
interface JobVersion {
  id: string;
  owner: string;
  version: number;
}

/** Reads single jobs, those that are asked for at the same time in one statement. */
export interface JobReader {
  /** The owner's job; undefined when there is none, or when it is somebody else's. */
  find: (owner: string, id: string) => Promise<JobRow | undefined>;
  /** Its version alone, for those who may have it already. */
  findVersion: (owner: string, id: string) => Promise<number | undefined>;
}

export function createJobReader(db: Database): JobReader {
  const readRow = createJoinedReads<JobRow>(async (ids) =>
    byId(await db.selectFrom('job').selectAll().where(isAmong(ids)).execute()),
  );
  const readVersion = createJoinedReads<JobVersion>(async (ids) =>
    byId(
      await db.selectFrom('job').select(['id', 'owner', 'version']).where(isAmong(ids)).execute(),
    ),
  );
  return {
    find: async (owner, id) => ownedBy(owner, isUuid(id) ? await readRow(id.toLowerCase()) : null),
    findVersion: async (owner, id) =>
      ownedBy(owner, isUuid(id) ? await readVersion(id.toLowerCase()) : null)?.version,
  };
}

function byId<Row extends { id: string }>(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}

/** The one place where single jobs are kept from those who do not own them. */
function ownedBy<Row extends { owner: string }>(
  owner: string,
  row: Row | null | undefined,
): Row | undefined {
  return row?.owner === owner ? row : undefined;
}

/** One parameter however many ids: the statement stays the same. */
function isAmong(ids: readonly string[]) {
  return sql<boolean>`id = any(${sql.val(ids)}::uuid[])`;
}
