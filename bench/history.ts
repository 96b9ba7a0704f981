import type pg from 'pg';

/** Ended jobs of three owners' kinds: one with half of all, one with few, and many others. */
export const history = {
  jobs: 1_000_000,
  many: 'many',
  few: { owner: 'few', jobs: 200 },
  others: 125,
  /** Jobs that wait, of the owner with most. */
  waiting: 500,
};

const id = (key: string, at: string) =>
  `(lpad(to_hex((extract(epoch from ${at}) * 1000)::bigint), 12, '0')
    || '7' || substr(md5(${key}), 1, 3) || '8' || substr(md5(${key}), 4, 15))::uuid`;

/** Of job number `i` its time, its owner, and the number of its video, which 20 jobs are about. */
const numbered = `
  select i, now() - interval '90 days' * (1 - i::float8 / $1) - interval '1 hour' as at,
    case when i % 5000 = 7 then 'few' when i % 2 = 0 then 'many' else 'owner-' || (i / 2 % ${history.others}) end as owner,
    case when i % 5000 = 7 then i / 100000 when i % 2 = 0 then i / 1000 * 25 + i / 2 % 25 else i / 5000 end as video
  from generate_series(1, $1::int) i`;

/**
 * Loads videos, personas, summaries and jobs of all kinds, spread over 90 days. Of the words of titles, "harbour" is in every
 * fourth, "crane" in every fiftieth, and each title has one of its own; one job of ten has tags, one of twenty has failed.
 */
export async function loadHistory(client: pg.Client, jobs: number): Promise<void> {
  await client.query(`create temporary table numbered as ${numbered}`, [jobs]);
  await client.query('analyze numbered');
  await client.query(`
    insert into persona (id, owner, name, role, information_need)
    select gen_random_uuid(), owner, 'Analyst', 'Port economist', 'What it costs' from numbered group by owner`);
  await client.query(`
    insert into video (id, owner, title, path, created_at)
    select 'video-' || owner || '-' || video, owner,
      case when video % 4 = 0 then 'Harbour at night' else 'Morning news' end
        || case when video % 50 = 1 then ' with a crane' else '' end || ' q' || md5(owner || video),
      owner || '/' || video || '.mp4', min(at)
    from numbered group by owner, video`);
  await client.query(insertJobs);
  await client.query(insertSummaries);
  await client.query(
    `insert into job (id, type, state, owner, input, result_id, max_attempts, priority, priority_rank)
     select ${id(`'w' || i`, 'now()')}, 'VIDEO_SUMMARIZATION', 'QUEUED', $1, '{"videoId": "video-many-0"}', gen_random_uuid(), 3, 'NORMAL', 5
     from generate_series(1, $2::int) i`,
    [history.many, history.waiting],
  );
  await client.query('vacuum analyze');
  await client.query('checkpoint');
}

const types = `(array['VIDEO_SUMMARIZATION', 'CLAIM_EXTRACTION', 'CLAIM_SYNTHESIS'])[1 + i / 2 % 3]`;
/** The summary of a video. */
const summary = `md5('summary' || numbered.owner || '-' || video)::uuid`;

const insertJobs = `
  insert into job (id, type, state, version, owner, input, result_id, error, tags, progress, attempt, max_attempts,
                   priority, priority_rank, created_at, dispatched_at, started_at, finished_at)
  select ${id('i::text', 'at')}, ${types}, state, 12, numbered.owner,
    case i / 2 % 3
      when 0 then jsonb_build_object('videoId', 'video-' || numbered.owner || '-' || video, 'personaId', persona.id, 'maxFrames', 30)
      when 1 then jsonb_build_object('summaryId', ${summary}, 'maxClaims', 50)
      else jsonb_build_object('summaryIds', array[${summary}], 'maxClaims', 50)
    end,
    gen_random_uuid(),
    case when state = 'FAILED' then jsonb_build_object(
      'code', case when i % 100 = 0 then 'MODEL_REJECTED' else 'MODEL_TIMEOUT' end,
      'message', 'No answer within ' || i % 60 || ' s from "' || i || '.mp4".', 'retryable', true, 'attempt', 3) end,
    case when i / 2 % 10 = 0 then array['nightly', 'run-' || i % 1000] end,
    100, 1, 3, 'NORMAL', 5, at, at, at + interval '1 second', at + interval '1 minute'
  from (
    select *, case when i / 3 % 20 = 0 then 'FAILED' when i / 3 % 50 = 1 then 'CANCELED' when i / 3 % 5000 = 2 then 'EXPIRED'
      else 'COMPLETED' end as state
    from numbered
  ) numbered join persona on persona.owner = numbered.owner`;

const insertSummaries = `
  insert into video_summary (id, job_id, owner, video_id, persona_id, gloss, key_frames, created_at)
  select md5('summary' || regexp_replace(input ->> 'videoId', '^video-', ''))::uuid,
    min(id::text)::uuid, owner, input ->> 'videoId', min(input ->> 'personaId')::uuid, '[]', '[]', min(created_at)
  from job where input ->> 'videoId' is not null group by owner, input ->> 'videoId'`;
