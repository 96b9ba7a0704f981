import { sql } from 'kysely';
import { z } from 'zod';
import type { PageRequest } from '../../db/page.ts';
import { isAmong } from '../../db/owned-reader.ts';
import { prepared } from '../../db/prepared.ts';
import type { Database } from '../../db/tables.ts';
import type { Video } from './table.ts';
import { isStorable, toUuid } from '../../platform/text.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { isVideoVisibleTo } from './visible-videos.ts';

/**
 * A video by its id in the installation, or by the one that other systems know it by; where several owners have that, the
 * viewer's own comes first.
 */
export async function findVideo(
  db: Database,
  viewer: Viewer,
  id: string,
): Promise<Video | undefined> {
  if (!isStorable(id)) return undefined;
  const uuid = toUuid(id) ?? null;
  return db
    .selectFrom('video')
    .selectAll()
    .where((eb) => eb.or([eb('id', '=', id), eb('nodeId', '=', uuid)]))
    .where(isVideoVisibleTo(viewer))
    .orderBy(sql`(owner = ${viewer.owner})`, 'desc')
    .orderBy(sql`(node_id is not distinct from ${uuid}::uuid)`, 'desc')
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
    .where(isVideoVisibleTo(viewer))
    .execute();
}

export async function listVideosByNode(
  db: Database,
  viewer: Viewer,
  nodeIds: readonly string[],
): Promise<Video[]> {
  return db
    .selectFrom('video')
    .selectAll()
    .where(isAmong(nodeIds, 'nodeId'))
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

/** For OwnedReaders: videos by the ids that other systems know them by, as inputs of jobs have them. */
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

/** For OwnedReaders: what other systems call the videos with these ids in the installation. */
export const videoNodes = {
  toKey: toUuid,
  list: (db: Database, ids: readonly string[]) =>
    db
      .selectFrom('video')
      .select(['nodeId as id', 'owner', 'id as externalId'])
      .where(isAmong(ids, 'nodeId'))
      .modifyEnd(prepared)
      .execute(),
};

/** A video of any owner with this id, or of this owner. */
export interface NamedVideo {
  id: string;
  owner?: string | undefined;
}

/** Videos by the ids that other systems know them by. An id in the installation is that of one owner's video. */
export async function nameVideos(
  db: Database,
  viewer: Viewer,
  ids: readonly string[],
): Promise<NamedVideo[]> {
  const uuids = ids.flatMap((id) => toUuid(id) ?? []);
  const found = uuids.length === 0 ? [] : await listVideosByNode(db, viewer, uuids);
  // Whoever sees one owner's rows alone needs no condition for that.
  const isOfAny = viewer.role === 'operator';
  const byNode = new Map(
    found.map(({ nodeId, id, owner }) => [nodeId, isOfAny ? { id, owner } : { id }]),
  );
  return ids.map((id) => byNode.get(toUuid(id) ?? '') ?? { id });
}
