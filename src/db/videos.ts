import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Page } from './jobs.ts';
import type { Database, Video } from './tables.ts';
import { isStorable } from './text.ts';

export interface NewVideo {
  /** As other systems know it; made up when absent. */
  id?: string | null | undefined;
  title: string;
  path: string;
}

/** Stores a video; undefined when its id is taken. */
export async function insertVideo(
  db: Database,
  owner: string,
  video: NewVideo,
): Promise<Video | undefined> {
  return db
    .insertInto('video')
    .values({ owner, id: video.id ?? uuidv7(), title: video.title, path: video.path })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returningAll()
    .executeTakeFirst();
}

export async function findVideo(
  db: Database,
  owner: string,
  id: string,
): Promise<Video | undefined> {
  if (!isStorable(id)) return undefined;
  return db
    .selectFrom('video')
    .selectAll()
    .where('id', '=', id)
    .where('owner', '=', owner)
    .executeTakeFirst();
}

export async function listVideosById(db: Database, ids: readonly string[]): Promise<Video[]> {
  return db.selectFrom('video').selectAll().where('id', 'in', ids).execute();
}

/** A page of the owner's videos, newest first; the bounds of the page are ids. */
export async function listVideos(db: Database, owner: string, page: Page): Promise<Video[]> {
  let query = db.selectFrom('video').selectAll().where('owner', '=', owner);
  for (const [side, id] of [
    ['<', page.after],
    ['>', page.before],
  ] as const) {
    if (id === undefined) continue;
    query = query.where(
      sql<boolean>`(created_at, id) ${sql.raw(side)} (
        select edge.created_at, edge.id from video edge where edge.id = ${id})`,
    );
  }
  const direction = page.inverted ? 'asc' : 'desc';
  return query.orderBy('createdAt', direction).orderBy('id', direction).limit(page.limit).execute();
}
