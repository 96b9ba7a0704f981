import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { ConflictError } from '../../errors.ts';
import type { Database } from '../../db/tables.ts';
import { isUniqueViolation } from '../../db/unique-violation.ts';
import { toUuid } from '../../platform/text.ts';
import type { Video } from './table.ts';
import { formatNames, listUnknown } from './video-format.ts';
import type { FormatName } from './video-format.ts';

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
  const nodeId = uuidv7();
  return db
    .insertInto('video')
    .values({
      owner,
      nodeId,
      id: video.id ?? nodeId,
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
  // Or else this id would name two of their videos.
  const isTaken = video.id != null && (await hasNode(db, owner, video.id));
  const inserted = isTaken ? undefined : await insertVideo(db, owner, video);
  if (inserted) return { video: inserted, created: true };
  const { isSame, ...known } = await db
    .selectFrom('video')
    .selectAll()
    .select(sql<boolean>`video_key(path) = ${keyOf(video.path)}`.as('isSame'))
    .where('owner', '=', owner)
    .where((eb) =>
      eb.or([
        eb('id', '=', video.id ?? ''),
        eb('nodeId', '=', toUuid(video.id ?? '') ?? null),
        eb('key', '=', keyOf(video.path)),
      ]),
    )
    // What has the id comes before what has the path.
    .orderBy((eb) => eb('key', 'is not distinct from', keyOf(video.path)))
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

async function hasNode(db: Database, owner: string, id: string): Promise<boolean> {
  const nodeId = toUuid(id);
  if (nodeId === undefined) return false;
  const known = db.selectFrom('video').select('id').where('owner', '=', owner);
  return (await known.where('nodeId', '=', nodeId).executeTakeFirst()) !== undefined;
}

export interface VideoChange {
  title?: string | undefined;
  path?: string | undefined;
  /** Replaces all of the known format. */
  format?: Record<FormatName, number | null> | undefined;
}

/** Changes a video; undefined if it is not there. Throws ConflictError if its owner has another video at the new path. */
export async function updateVideo(
  db: Database,
  { owner, id }: Pick<Video, 'owner' | 'id'>,
  { title, path, format }: VideoChange,
): Promise<Video | undefined> {
  // One that was registered twice before paths were compared has no key, and keeps none with its old path.
  const key =
    path === undefined
      ? undefined
      : sql<Uint8Array>`case when video_key(path) = ${keyOf(path)} then key else ${keyOf(path)} end`;
  try {
    return await db
      .updateTable('video')
      // Something must be set even if nothing is given.
      .set({ title: title ?? sql<string>`title`, path, key, ...format })
      .where('owner', '=', owner)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
  } catch (error) {
    if (isUniqueViolation(error))
      throw new ConflictError('Another video is registered with this path.');
    throw error;
  }
}
