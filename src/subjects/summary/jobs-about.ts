import { sql } from 'kysely';
import { isAmong } from '../../db/owned-reader.ts';
import type { Database } from '../../db/tables.ts';
import type { JobTopic } from '../../jobs/rows/filter.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { RecentMap } from '../../platform/recent-map.ts';
import { isStorable, toUuid } from '../../platform/text.ts';

/** Maximum number of summaries that one subscriber remembers. */
const maxRemembered = 10_000;

/** What a job names in its input, and a summary in its row. */
type Topic = 'videoId' | 'personaId';
const columns = { videoId: sql`summary.video_id`, personaId: sql`summary.persona_id::text` };

/** Jobs about one of these videos, or about summaries of them. */
export function aboutVideos(ids: readonly string[]): JobTopic {
  return about('videoId', ids);
}

/** Jobs for a persona, or about summaries for it. */
export function aboutPersona(id: string): JobTopic {
  // As ids of ours are written in rows.
  return about('personaId', [toUuid(id) ?? '']);
}

function about(topic: Topic, given: readonly string[]): JobTopic {
  const ids = given.filter((id) => id !== '' && isStorable(id)); // Postgres would refuse other text
  return {
    condition: ids.length === 0 ? sql`false` : isAbout(topic, ids),
    createPicker: (db) => createPicker(db, topic, new Set(ids)),
  };
}

/** Each branch uses an index of its own. */
function isAbout(topic: Topic, ids: readonly string[]) {
  const isOfSummary =
    topic === 'videoId'
      ? sql`summary.video_id = any(${sql.val(ids)}::text[])`
      : sql`summary.persona_id = any(${sql.val(ids)}::uuid[])`;
  return sql<boolean>`job.id in (
    select id from job where input ->> ${sql.lit(topic)} = any(${sql.val(ids)}::text[])
    union all
    select job.id from video_summary summary join job on job.input ->> 'summaryId' = summary.id::text
    where ${isOfSummary}
    union all
    select job.id from video_summary summary join job on job.input -> 'summaryIds' ? summary.id::text
    where ${isOfSummary})`;
}

/** Asks for the summaries that jobs name once. */
function createPicker(
  db: Database,
  topic: Topic,
  ids: ReadonlySet<string>,
): ReturnType<JobTopic['createPicker']> {
  const isMatch = new RecentMap<boolean>(maxRemembered);

  return async (jobs) => {
    const named = [...new Set(jobs.flatMap(listSummaryIds))];
    const found = new Map(named.map((id) => [id, isMatch.get(id)]));
    const unknown = named.filter((id) => found.get(id) === undefined);
    // A step of a pipeline names a summary that does not exist yet: that one is asked for again.
    for (const { id, topicId } of await listTopics(db, topic, unknown)) {
      found.set(id, ids.has(topicId));
      isMatch.set(id, ids.has(topicId));
    }
    return jobs.filter(
      ({ input, ...job }) =>
        (typeof input[topic] === 'string' && ids.has(input[topic])) ||
        listSummaryIds({ input, ...job }).some((id) => found.get(id)),
    );
  };
}

/** What these summaries are about; those that do not exist are absent. */
async function listTopics(
  db: Database,
  topic: Topic,
  ids: readonly string[],
): Promise<{ id: string; topicId: string }[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('videoSummary as summary')
    .select(['summary.id', sql<string>`${columns[topic]}`.as('topicId')])
    .where(isAmong(ids, 'summary.id'))
    .execute();
}

function listSummaryIds({ input }: JobRow): string[] {
  const ids = Array.isArray(input['summaryIds']) ? (input['summaryIds'] as unknown[]) : [];
  return [input['summaryId'], ...ids].flatMap((id) =>
    typeof id === 'string' ? (toUuid(id) ?? []) : [],
  );
}
