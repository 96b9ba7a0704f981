import type { Insertable } from 'kysely';
import { validate as isUuid } from 'uuid';
import { isSeenBy } from './viewer.ts';
import type { Viewer } from './viewer.ts';
import type {
  Database,
  DatabaseTransaction,
  GlossPart,
  KeyFrame,
  Tables,
  Video,
  VideoSummary,
} from './tables.ts';

export type NewVideoSummary = Omit<
  Insertable<Tables['videoSummary']>,
  'gloss' | 'keyFrames' | 'transcript'
> & {
  gloss: GlossPart[];
  keyFrames: KeyFrame[];
  transcript: Record<string, unknown> | null;
};

/** The text that a gloss spells: its parts, joined. */
export function glossText(gloss: readonly GlossPart[]): string {
  return gloss.map((part) => part.content).join('');
}

/** Summaries of one video that a list shows at most. */
const maxSummaries = 200;

export async function insertVideoSummary(
  trx: DatabaseTransaction,
  summary: NewVideoSummary,
): Promise<void> {
  await trx
    .insertInto('videoSummary')
    .values({
      ...summary,
      gloss: JSON.stringify(summary.gloss),
      keyFrames: JSON.stringify(summary.keyFrames),
      transcript: summary.transcript && JSON.stringify(summary.transcript),
    })
    .execute();
}

export async function findVideoSummary(
  db: Database,
  viewer: Viewer,
  id: string,
): Promise<VideoSummary | undefined> {
  if (!isUuid(id)) return undefined;
  return db
    .selectFrom('videoSummary')
    .selectAll()
    .where('id', '=', id)
    .where(isSeenBy(viewer, 'jobId'))
    .executeTakeFirst();
}

export async function listVideoSummariesById(
  db: Database,
  viewer: Viewer,
  ids: readonly string[],
): Promise<VideoSummary[]> {
  return db
    .selectFrom('videoSummary')
    .selectAll()
    .where('id', 'in', ids)
    .where(isSeenBy(viewer, 'jobId'))
    .execute();
}

export async function listVideoSummariesByJob(
  db: Database,
  viewer: Viewer,
  jobIds: readonly string[],
): Promise<VideoSummary[]> {
  return db
    .selectFrom('videoSummary')
    .selectAll()
    .where('jobId', 'in', jobIds)
    .where(isSeenBy(viewer, 'jobId'))
    .execute();
}

/** Every summary that there is for the viewer of an owner's video, newest first. */
export async function listVideoSummariesOfVideo(
  db: Database,
  viewer: Viewer,
  video: Pick<Video, 'id' | 'owner'>,
): Promise<VideoSummary[]> {
  return db
    .selectFrom('videoSummary')
    .selectAll()
    .where('videoId', '=', video.id)
    .where('owner', '=', video.owner)
    .where(isSeenBy(viewer, 'jobId'))
    .orderBy('id', 'desc')
    .limit(maxSummaries)
    .execute();
}
