import { sql } from 'kysely';
import type { Insertable, RawBuilder, Selectable } from 'kysely';
import { validate as isUuid } from 'uuid';
import { readLargeColumns } from '../../db/large-columns.ts';
import { toUuid } from '../../platform/text.ts';
import { isUnfinishedJob } from '../../jobs/rows/states.ts';
import { isVisibleTo } from '../../db/viewer.ts';
import type { Viewer } from '../../db/viewer.ts';
import { prepared } from '../../db/prepared.ts';
import type { Database, DatabaseTransaction } from '../../db/tables.ts';
import type { GlossPart, KeyFrame, VideoSummaryTable } from './table.ts';
import type { Video } from '../video/table.ts';

export type NewVideoSummary = Omit<
  Insertable<VideoSummaryTable>,
  'gloss' | 'keyFrames' | 'transcript'
> & {
  gloss: GlossPart[];
  keyFrames: KeyFrame[];
  transcript: Record<string, unknown> | null;
};

/** Columns of what is read of a summary; what may be large is read by itself. */
export const summaryColumns = [
  'videoSummary.id',
  'videoSummary.jobId',
  'videoSummary.owner',
  'videoSummary.videoId',
  'videoSummary.personaId',
  'videoSummary.confidence',
  'videoSummary.visualModelUsed',
  'videoSummary.audioModelUsed',
  'videoSummary.createdAt',
] as const;

type Unqualified<Column> = Column extends `${string}.${infer Name}` ? Name : never;
export type VideoSummary = Pick<
  Selectable<VideoSummaryTable>,
  Unqualified<(typeof summaryColumns)[number]>
>;

/** Columns that may be large. */
export const largeSummaryColumns = {
  table: 'videoSummary',
  sizes: {
    gloss: sql<number>`pg_column_size(gloss)`,
    keyFrames: sql<number>`pg_column_size(key_frames)`,
    visualAnalysis: sql<number>`octet_length(visual_analysis)`,
    audioTranscript: sql<number>`octet_length(audio_transcript)`,
  },
} as const;

/** The text that a gloss spells: its parts, joined. */
export function glossText(gloss: readonly GlossPart[]): string {
  return gloss.map((part) => part.content).join('');
}

/** Summaries of one video that a list shows at most. */
export const maxSummaries = 200;

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
    .select(summaryColumns)
    .where('id', '=', id)
    .where(isVisibleTo(viewer, 'jobId'))
    .executeTakeFirst();
}

export async function listVideoSummariesById(
  db: Database,
  viewer: Viewer,
  ids: readonly string[],
): Promise<VideoSummary[]> {
  return db
    .selectFrom('videoSummary')
    .select(summaryColumns)
    .where('id', 'in', ids)
    .where(isVisibleTo(viewer, 'jobId'))
    .execute();
}

/** The text of a summary that the viewer has been given already. */
export async function readSummaryText(db: Database, id: string): Promise<string> {
  const rows = await readLargeColumns(db, 'videoSummary', ['gloss'], [id]);
  return glossText(rows.get(id)?.gloss ?? []);
}

/** Every summary that there is for the viewer of each of these videos, the newest of a video first. */
export async function listVideoSummariesOfVideos(
  db: Database,
  viewer: Viewer,
  videos: readonly Pick<Video, 'id' | 'owner'>[],
): Promise<VideoSummary[]> {
  return db
    .selectFrom(
      sql<Pick<Video, 'id' | 'owner'>>`unnest(
        ${sql.val(videos.map(({ owner }) => owner))}::text[], ${sql.val(videos.map(({ id }) => id))}::text[])`.as<'asked'>(
        sql`asked(owner, id)`,
      ),
    )
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('videoSummary')
          .select(summaryColumns)
          .whereRef('videoSummary.owner', '=', 'asked.owner')
          .whereRef('videoSummary.videoId', '=', 'asked.id')
          .where(isVisibleTo(viewer, 'videoSummary.jobId', 'videoSummary.owner'))
          .orderBy('videoSummary.id', 'desc')
          .limit(maxSummaries)
          .as('videoSummary'),
      (join) => join.onTrue(),
    )
    .select(summaryColumns)
    .orderBy('videoSummary.id', 'desc')
    .execute();
}

/** Whether no unfinished job names the summary, or those that hang on it. */
export function isUnwantedSummary(summaryId: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`not exists (
    select from (
      select input ->> 'summaryId' as id from job where ${isUnfinishedJob}
      union all
      select jsonb_array_elements_text(input -> 'summaryIds') from job where ${isUnfinishedJob}
    ) wanted
    where wanted.id = ${summaryId}::text)`;
}

async function listVideoSummariesByJob(
  db: Database,
  viewer: Viewer,
  jobIds: readonly string[],
): Promise<VideoSummary[]> {
  return db
    .selectFrom('videoSummary')
    .select(summaryColumns)
    .where('jobId', 'in', jobIds)
    .where(isVisibleTo(viewer, 'jobId'))
    .execute();
}

/** What summarization makes. */
export const videoSummaryResult = {
  type: 'VideoSummary',
  table: 'videoSummary',
  listByJob: listVideoSummariesByJob,
  about: ['video', 'persona'],
  isFree: isUnwantedSummary(sql`result.id`),
} as const;

/** For OwnedReaders: no more of a summary than tells whether it is there. */
export const videoSummaries = {
  toKey: toUuid,
  list: (db: Database, ids: readonly string[]) =>
    db
      .selectFrom('videoSummary')
      .select(['id', 'owner', 'jobId'])
      .where(sql<boolean>`id = any(${sql.val(ids)}::uuid[])`)
      .modifyEnd(prepared)
      .execute(),
  jobOf: ({ jobId }: { jobId: string }) => jobId,
};
