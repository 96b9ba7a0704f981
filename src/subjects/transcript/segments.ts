import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { visiblePattern } from '../../platform/text.ts';
import { maxSegments, maxSpeakers } from './wire.ts';

/** A piece of speech. */
export interface Segment {
  /** Its place in the transcript, counted from 0. */
  index: number;
  /** Seconds from the start of the video; `end` is not before `start`. */
  start: number;
  end: number;
  text: string;
  speaker: string | null;
}

/** Characters of a segment's text: about five minutes of speech. What is beyond is cut. */
export const maxSegmentLength = 5_000;
/** Characters of the name of a speaker. What is beyond is cut. */
const maxSpeakerLength = 200;

/**
 * The segments in a JSON array, as rows of Segment: a query to select from. Models may write anything in its place. An item
 * without a start or without visible text is left out, as are those after the first 100,000. The others are sorted by start
 * and end, and may overlap. Negative times become 0, and a missing or too early end becomes the start.
 */
export function parseSegments(array: RawBuilder<unknown>): RawBuilder<Segment> {
  return sql<Segment>`
    select (row_number() over (order by given.start, given."end", given.place) - 1)::int as index,
      given.start, given."end", given.text, given.speaker
    from (
      select item.place, greatest(0, time.start) as start, greatest(0, time.start, time."end") as "end",
        left(btrim(item.text, ${spaces}), ${sql.lit(maxSegmentLength)}) as text,
        nullif(left(btrim(item.speaker, ${spaces}), ${sql.lit(maxSpeakerLength)}), '') as speaker
      from rows from (
        jsonb_to_recordset(jsonb_path_query_array(${array}, ${sql.lit(withText)}, '{}', true))
          as (start text, "end" text, text text, speaker text)
      ) with ordinality item(start, "end", text, speaker, place)
      cross join lateral (select ${toSeconds('start')} as start, ${toSeconds('end')} as "end") time
      where item.place <= ${sql.lit(maxSegments)} and time.start is not null and item.text ~ ${visiblePattern}
    ) given`;
}

/** A JSON path to what has a text. Strict, as it would look into lists in the list otherwise. */
const withText = 'strict $[*] ? (@.type() == "object" && @.text.type() == "string")';
const spaces = sql.lit(' \t\r\n');

/** A time in seconds, which some models write as text; null if it is none, or not below `maxSeconds`. */
function toSeconds(field: 'start' | 'end'): RawBuilder<number | null> {
  const written = sql.ref(`item.${field}`);
  return sql`case when ${written} ~ ${sql.lit(String.raw`^-?\d{1,9}(\.\d+)?$`)} then ${written}::float8 end`;
}

/** The distinct speakers of rows of Segment in the order in which they begin to speak, as a JSON array: an expression. */
export function aggregateSpeakers(segments: RawBuilder<unknown>): RawBuilder<string[]> {
  return sql<string[]>`(
    select coalesce(jsonb_agg(heard.speaker order by heard.first), '[]')
    from (
      select speaker, min(index) as first from ${segments} spoken
      where speaker is not null group by speaker order by first limit ${sql.lit(maxSpeakers)}
    ) heard)`;
}
