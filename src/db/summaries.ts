import type { Insertable } from 'kysely';
import { validate as isUuid } from 'uuid';
import type {
  Database,
  DatabaseTransaction,
  GlossPart,
  KeyFrame,
  Tables,
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
  owner: string,
  id: string,
): Promise<VideoSummary | undefined> {
  if (!isUuid(id)) return undefined;
  return db
    .selectFrom('videoSummary')
    .selectAll()
    .where('id', '=', id)
    .where('owner', '=', owner)
    .executeTakeFirst();
}

export async function listVideoSummariesById(
  db: Database,
  ids: readonly string[],
): Promise<VideoSummary[]> {
  return db.selectFrom('videoSummary').selectAll().where('id', 'in', ids).execute();
}

export async function listVideoSummariesByJob(
  db: Database,
  jobIds: readonly string[],
): Promise<VideoSummary[]> {
  return db.selectFrom('videoSummary').selectAll().where('jobId', 'in', jobIds).execute();
}

/** Every summary of a video that the owner's jobs made, newest first. */
export async function listVideoSummariesOfVideo(
  db: Database,
  owner: string,
  videoId: string,
): Promise<VideoSummary[]> {
  return db
    .selectFrom('videoSummary')
    .selectAll()
    .where('videoId', '=', videoId)
    .where('owner', '=', owner)
    .orderBy('id', 'desc')
    .limit(maxSummaries)
    .execute();
}
