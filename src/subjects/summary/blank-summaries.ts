import { sql } from 'kysely';
import { isAmong } from '../../db/owned-reader.ts';
import type { OwnedRows } from '../../db/owned-reader.ts';
import { toUuid, visiblePattern } from '../../platform/text.ts';
import type { VideoSummary } from './queries.ts';

type BlankSummary = Pick<VideoSummary, 'id' | 'owner' | 'jobId'>;

/** For OwnedReaders: summaries that have nothing to read in them, found out where they are stored. */
export const blankSummaries: OwnedRows<BlankSummary> = {
  toKey: toUuid,
  jobOf: ({ jobId }: Pick<BlankSummary, 'jobId'>) => jobId,
  list: async (db, ids) => {
    const { rows } = await sql<BlankSummary>`
      select id, owner, job_id from video_summary
      where ${isAmong(ids)} and not exists (
        select from jsonb_array_elements(gloss) part where part ->> 'content' ~ ${visiblePattern}
      )`.execute(db);
    return rows;
  },
};
