import type { Insertable, Selectable } from 'kysely';
import { validate as isUuid } from 'uuid';
import type { Database, DatabaseTransaction } from '../../../src/db/tables.ts';
import { isVisibleTo } from '../../../src/db/viewer.ts';
import type { Viewer } from '../../../src/db/viewer.ts';
import type { HeadlineTable } from './table.ts';

export type Headline = Selectable<HeadlineTable>;

export async function insertHeadline(
  trx: DatabaseTransaction,
  headline: Insertable<HeadlineTable>,
): Promise<void> {
  await trx.insertInto('headline').values(headline).execute();
}

export async function findHeadline(
  db: Database,
  viewer: Viewer,
  id: string,
): Promise<Headline | undefined> {
  if (!isUuid(id)) return undefined;
  return db
    .selectFrom('headline')
    .selectAll()
    .where('id', '=', id)
    .where(isVisibleTo(viewer, 'jobId'))
    .executeTakeFirst();
}

export async function listHeadlinesByJob(
  db: Database,
  viewer: Viewer,
  jobIds: readonly string[],
): Promise<Headline[]> {
  return db
    .selectFrom('headline')
    .selectAll()
    .where('jobId', 'in', jobIds)
    .where(isVisibleTo(viewer, 'jobId'))
    .execute();
}
