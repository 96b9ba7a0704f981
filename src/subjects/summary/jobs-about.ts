import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { isAmong } from '../../db/owned-reader.ts';
import type { Database } from '../../db/tables.ts';
import { namesSummary, selectJobsOfSummaries } from './jobs-of-summaries.ts';
import { columnsOf, noJob } from '../../jobs/rows/lookup.ts';
import { unknownLimit } from '../../jobs/rows/select-ids.ts';
import type { JobLookup, JobTopic } from '../../jobs/rows/lookup.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { RecentMap } from '../../platform/recent-map.ts';
import { isStorable, toUuid } from '../../platform/text.ts';
import type { NamedVideo } from '../video/queries.ts';

/** Maximum number of summaries that one subscriber remembers. */
const maxRemembered = 10_000;

/** What a job names in its input, and a summary in its row. */
type Topic = 'videoId' | 'personaId';
const columns = { videoId: sql`summary.video_id`, personaId: sql`summary.persona_id::text` };

/** Jobs about one of these videos, or about summaries of them. */
export function aboutVideos(videos: readonly NamedVideo[]): JobTopic {
  return about('videoId', videos);
}

/** Jobs for a persona, or about summaries for it. */
export function aboutPersona(id: string): JobTopic {
  // As ids of ours are written in rows.
  return about('personaId', [{ id: toUuid(id) ?? '' }]);
}

function about(topic: Topic, given: readonly NamedVideo[]): JobTopic {
  const named = given.filter(({ id }) => id !== '' && isStorable(id)); // Postgres would refuse other text
  const createPickerOf = (db: Database) => createPicker(db, topic, named);
  if (named.length === 0) return { ...noJob, createPicker: createPickerOf };
  const ids = sql.val(named.map(({ id }) => id));
  const isOfSummary =
    topic === 'videoId'
      ? sql`summary.video_id = any(${ids}::text[]) and ${isOfOwners(named, sql`summary.owner`, sql`summary.video_id`)}`
      : sql`summary.persona_id = any(${ids}::uuid[])`;
  return {
    condition: isAbout(topic, named, isOfSummary),
    select: selectAbout(topic, named, isOfSummary),
    createPicker: createPickerOf,
  };
}

function isAbout(
  topic: Topic,
  named: readonly NamedVideo[],
  isOfSummary: RawBuilder<unknown>,
): RawBuilder<boolean> {
  const inputId = sql`job.input ->> ${sql.lit(topic)}`;
  const ids = sql.val(named.map(({ id }) => id));
  return sql<boolean>`(
    (${inputId} = any(${ids}::text[]) and ${isOfOwners(named, sql`job.owner`, inputId)})
    or ${namesSummary(isOfSummary)})`;
}

/** Each branch uses an index of its own. */
function selectAbout(
  topic: Topic,
  named: readonly NamedVideo[],
  isOfSummary: RawBuilder<unknown>,
): JobLookup['select'] {
  const owners = sql.val(named.map(({ owner }) => owner ?? null));
  const ids = sql.val(named.map(({ id }) => id));
  const isOfPersona = topic === 'personaId' ? sql`and job.input ? 'personaId'` : sql``;
  const summaries = sql`(select id from video_summary summary where ${isOfSummary} offset 0) summary`;
  return (what) => sql`
    select found.* from unnest(${owners}::text[], ${ids}::text[]) given(owner, id) cross join lateral (
      select ${columnsOf(what)} from job where job.input ->> ${sql.lit(topic)} = given.id
      and job.owner = coalesce(given.owner, job.owner) ${isOfPersona}
      order by job.id desc limit ${unknownLimit}) found
    union all ${selectJobsOfSummaries(summaries, what)}`;
}

/** Whether a row is of an owner who was given with the id, where one was. */
function isOfOwners(
  named: readonly NamedVideo[],
  owner: RawBuilder<unknown>,
  id: RawBuilder<unknown>,
): RawBuilder<boolean> {
  if (named.every((it) => it.owner === undefined)) return sql`true`;
  const owners = sql.val(named.map((it) => it.owner ?? null));
  const ids = sql.val(named.map((it) => it.id));
  return sql`exists (
    select from unnest(${owners}::text[], ${ids}::text[]) named(owner, id)
    where named.id = ${id} and coalesce(named.owner, ${owner}) = ${owner})`;
}

/** Asks for the summaries that jobs name once. */
function createPicker(
  db: Database,
  topic: Topic,
  named: readonly NamedVideo[],
): ReturnType<JobTopic['createPicker']> {
  const isNamed = (id: string, owner: string) =>
    named.some((it) => it.id === id && (it.owner ?? owner) === owner);
  const isMatch = new RecentMap<boolean>(maxRemembered);

  return async (jobs) => {
    const summaryIds = [...new Set(jobs.flatMap(listSummaryIds))];
    const found = new Map(summaryIds.map((id) => [id, isMatch.get(id)]));
    const unknown = summaryIds.filter((id) => found.get(id) === undefined);
    // A step of a pipeline names a summary that does not exist yet: that one is asked for again.
    for (const { id, owner, topicId } of await listTopics(db, topic, unknown)) {
      found.set(id, isNamed(topicId, owner));
      isMatch.set(id, isNamed(topicId, owner));
    }
    return jobs.filter(
      ({ input, ...job }) =>
        (typeof input[topic] === 'string' && isNamed(input[topic], job.owner)) ||
        listSummaryIds({ input, ...job }).some((id) => found.get(id)),
    );
  };
}

/** What these summaries are about; those that do not exist are absent. */
async function listTopics(
  db: Database,
  topic: Topic,
  ids: readonly string[],
): Promise<{ id: string; owner: string; topicId: string }[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('videoSummary as summary')
    .select(['summary.id', 'summary.owner', sql<string>`${columns[topic]}`.as('topicId')])
    .where(isAmong(ids, 'summary.id'))
    .execute();
}

function listSummaryIds({ input }: JobRow): string[] {
  const ids = Array.isArray(input['summaryIds']) ? (input['summaryIds'] as unknown[]) : [];
  return [input['summaryId'], ...ids].flatMap((id) =>
    typeof id === 'string' ? (toUuid(id) ?? []) : [],
  );
}
