import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { ConflictError } from '../../errors.ts';
import type { PageRequest } from '../../db/page.ts';
import { prepared } from '../../db/prepared.ts';
import type { Database } from '../../db/tables.ts';
import type { Video } from './table.ts';
import { formatNames, listUnknown } from './video-format.ts';
import type { FormatName } from './video-format.ts';
import { isStorable } from '../../platform/text.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';

export interface NewVideo {
  /** As other systems know it; made up when absent. */
  id?: string | null | undefined;
  title: string;
  path: string;
}

/** Stores a video; undefined when the owner has one with this id, or at this path. */
export async function insertVideo(
  db: Database,
  owner: string,
  video: NewVideo,
): Promise<Video | undefined> {
  return db
    .insertInto('video')
    .values({
      owner,
      id: video.id ?? uuidv7(),
      title: video.title,
      path: video.path,
      key: keyOf(video.path),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
}

/**
 * Stores a video, or brings back the one that the owner has at this path, with the id and title that it was registered with.
 * Throws ConflictError when the id is that of another video.
 */
export async function registerVideo(
  db: Database,
  owner: string,
  video: NewVideo,
): Promise<{ video: Video; created: boolean }> {
  const inserted = await insertVideo(db, owner, video);
  if (inserted) return { video: inserted, created: true };
  const { isSame, ...known } = await db
    .selectFrom('video')
    .selectAll()
    .select(sql<boolean>`video_key(path) = ${keyOf(video.path)}`.as('isSame'))
    .where('owner', '=', owner)
    .where((eb) => eb.or([eb('id', '=', video.id ?? ''), eb('key', '=', keyOf(video.path))]))
    // What has the id comes before what has the path.
    .orderBy((eb) => eb('id', '=', video.id ?? ''), 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  if (!isSame) throw new ConflictError('A video with this id is registered already.');
  return { video: known, created: false };
}

/** Fills in what was not known of a video, and returns it as it is then. */
export async function fillFormat(
  db: Database,
  video: Video,
  format: Partial<Record<FormatName, number | null | undefined>>,
): Promise<Video> {
  const news = listUnknown(video, formatNames).filter((name) => format[name] != null);
  if (news.length === 0) return video;
  const columns = news.map((name) => [
    name,
    sql<number>`coalesce(${sql.ref(name)}, ${format[name]})`,
  ]);
  const filled = await db
    .updateTable('video')
    .set(Object.fromEntries(columns) as Record<FormatName, RawBuilder<number>>)
    .where('owner', '=', video.owner)
    .where('id', '=', video.id)
    .returningAll()
    .executeTakeFirst();
  return filled ?? video;
}

function keyOf(path: string): RawBuilder<Uint8Array> {
  return sql`video_key(${path})`;
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
    .where(isVisibleTo(viewer))
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
    .where(isVisibleTo(viewer))
    .execute();
}

/** A page of the viewer's videos, newest first; the bounds of the page are cursors. */
export async function listVideos(
  db: Database,
  viewer: Viewer,
  page: PageRequest,
): Promise<Video[]> {
  let query = db.selectFrom('video').selectAll().where(isVisibleTo(viewer));
  for (const [side, cursor] of [
    ['<', page.after],
    ['>', page.before],
  ] as const) {
    const edge = cursor === undefined ? undefined : readVideoCursor(cursor);
    if (!edge) continue;
    query = query.where(
      sql<boolean>`(created_at, id, owner) ${sql.raw(side)} (
        select edge.created_at, edge.id, edge.owner from video edge
        where edge.owner = ${edge.owner} and edge.id = ${edge.id} and ${isVisibleTo(viewer, undefined, 'edge.owner')})`,
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

/** The cursor of a video in a list. It has the owner, as different owners may use the same id. */
export function toVideoCursor({ owner, id }: Pick<Video, 'owner' | 'id'>): string {
  return Buffer.from(JSON.stringify([owner, id])).toString('base64url');
}

const videoCursor = z.tuple([z.string().refine(isStorable), z.string().refine(isStorable)]);

/** Parses a cursor; undefined if it is invalid. */
export function readVideoCursor(cursor: string): Pick<Video, 'owner' | 'id'> | undefined {
  try {
    const [owner, id] = videoCursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { owner, id };
  } catch {
    return undefined; // no JSON, or another
  }
}

/** For OwnedReaders: videos by their ids. */
export const videos = {
  toKey: (id: string) => (isStorable(id) ? id : undefined),
  list: (db: Database, ids: readonly string[]) =>
    db
      .selectFrom('video')
      .selectAll()
      .where(sql<boolean>`id = any(${sql.val(ids)}::text[])`)
      .modifyEnd(prepared)
      .execute(),
};
