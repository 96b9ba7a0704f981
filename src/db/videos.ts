import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { Page } from './jobs.ts';
import type { Database, Video } from './tables.ts';
import { isStorable } from './text.ts';
import { isSeenBy } from './viewer.ts';
import type { Viewer } from './viewer.ts';

export interface NewVideo {
  /** As other systems know it; made up when absent. */
  id?: string | null | undefined;
  title: string;
  path: string;
}

/** Stores a video; undefined when the owner has one with this id. */
export async function insertVideo(
  db: Database,
  owner: string,
  video: NewVideo,
): Promise<Video | undefined> {
  return db
    .insertInto('video')
    .values({ owner, id: video.id ?? uuidv7(), title: video.title, path: video.path })
    .onConflict((conflict) => conflict.columns(['owner', 'id']).doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** A video; where several owners have one with this id, the viewer's own comes first. */
export async function findVideo(
  db: Database,
  viewer: Viewer,
  id: string,
): Promise<Video | undefined> {
  if (!isStorable(id)) return undefined;
  return db
    .selectFrom('video')
    .selectAll()
    .where('id', '=', id)
    .where(isSeenBy(viewer))
    .orderBy(sql`(owner = ${viewer.owner})`, 'desc')
    .orderBy('createdAt')
    .limit(1)
    .executeTakeFirst();
}

export async function listVideosById(
  db: Database,
  viewer: Viewer,
  ids: readonly string[],
): Promise<Video[]> {
  return db
    .selectFrom('video')
    .selectAll()
    .where('id', 'in', ids)
    .where(isSeenBy(viewer))
    .execute();
}

/** A page of the viewer's videos, newest first; the bounds of the page are cursors. */
export async function listVideos(db: Database, viewer: Viewer, page: Page): Promise<Video[]> {
  let query = db.selectFrom('video').selectAll().where(isSeenBy(viewer));
  for (const [side, cursor] of [
    ['<', page.after],
    ['>', page.before],
  ] as const) {
    const edge = cursor === undefined ? undefined : readVideoCursor(cursor);
    if (!edge) continue;
    query = query.where(
      sql<boolean>`(created_at, id, owner) ${sql.raw(side)} (
        select edge.created_at, edge.id, edge.owner from video edge
        where edge.owner = ${edge.owner} and edge.id = ${edge.id} and ${isSeenBy(viewer, undefined, 'edge.owner')})`,
    );
  }
  const direction = page.inverted ? 'asc' : 'desc';
  return query
    .orderBy('createdAt', direction)
    .orderBy('id', direction)
    .orderBy('owner', direction)
    .limit(page.limit)
    .execute();
}

/** Where a video stands in a list: owners may call different ones the same. */
export function toVideoCursor({ owner, id }: Pick<Video, 'owner' | 'id'>): string {
  return Buffer.from(JSON.stringify([owner, id])).toString('base64url');
}

const videoCursor = z.tuple([z.string().refine(isStorable), z.string().refine(isStorable)]);

/** What a cursor says; undefined for what is none. */
export function readVideoCursor(cursor: string): Pick<Video, 'owner' | 'id'> | undefined {
  try {
    const [owner, id] = videoCursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { owner, id };
  } catch {
    return undefined; // no JSON, or another
  }
}
