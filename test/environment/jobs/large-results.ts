import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { insertPersona } from '../../../src/subjects/persona/queries.ts';
import { registerVideo } from '../../../src/subjects/video/register.ts';
import type { Database } from '../../../src/db/tables.ts';

/** Characters in each text of these results. */
export const textLength = 60_000;

/** A text of these results: one letter, repeated. */
export const textOf = (letter: string) => letter.repeat(textLength);

export interface LargeResults {
  videoId: string;
  summaryIds: string[];
  synthesisId: string;
  synthesisJobId: string;
}

/** Inserts `count` summaries of one video, a synthesis of the first ten, and their completed jobs; all texts are large. */
export async function insertLargeResults(
  db: Database,
  owner: string,
  count: number,
): Promise<LargeResults> {
  const { video } = await registerVideo(db, owner, { title: 'Harbour', path: 'harbour.mp4' });
  const description = { name: 'A', role: 'B', informationNeed: 'C' };
  const { persona } = await insertPersona(db, owner, { id: uuidv7(), ...description });
  const gloss = (letter: string) => JSON.stringify([{ type: 'text', content: textOf(letter) }]);
  const frame = { frameNumber: 1, timestamp: 1, description: textOf('k'), confidence: 1 };
  const jobs = Array.from({ length: count + 1 }, () => ({ id: uuidv7(), resultId: uuidv7() }));
  const [made, ...summaries] = jobs.toReversed() as [(typeof jobs)[0], ...typeof jobs];
  await sql`
    insert into job (id, type, state, owner, input, result_id, max_attempts, priority, priority_rank, finished_at)
    select id, case when id = ${made.id} then 'CLAIM_SYNTHESIS' else 'VIDEO_SUMMARIZATION' end, 'COMPLETED', ${owner},
      '{}', result_id, 3, 'NORMAL', 5, now()
    from unnest(${sql.val(jobs.map(({ id }) => id))}::uuid[], ${sql.val(jobs.map(({ resultId }) => resultId))}::uuid[])
      job(id, result_id)`.execute(db);
  await sql`
    insert into video_summary (id, job_id, video_id, persona_id, gloss, visual_analysis, audio_transcript, transcript, key_frames)
    select result_id, id, ${video.id}, ${persona.id}, ${gloss('g')}::jsonb, ${textOf('v')}, ${textOf('a')},
      ${JSON.stringify({ segments: textOf('t') })}::jsonb, ${JSON.stringify([frame])}::jsonb
    from job where type = 'VIDEO_SUMMARIZATION'`.execute(db);
  await sql`
    insert into claim_synthesis (id, job_id, gloss, strategy, claims_used, conflicts_detected)
    values (${made.resultId}, ${made.id}, ${gloss('s')}::jsonb, 'NARRATIVE', 1, 0)`.execute(db);
  const summaryIds = summaries.map(({ resultId }) => resultId);
  const sources = summaryIds.slice(0, 10);
  await db
    .insertInto('claimSynthesisSource')
    .values(
      sources.map((summaryId, ordinal) => ({ synthesisId: made.resultId, ordinal, summaryId })),
    )
    .execute();
  return { videoId: video.id, summaryIds, synthesisId: made.resultId, synthesisJobId: made.id };
}
