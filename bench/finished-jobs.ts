import type { PostgresServer } from './services.ts';

/** Jobs that `insertFinishedJobs` inserts. */
export const finishedJobs = 1_000_000;

/** Inserts finished jobs of all types, spread over the last 90 days. */
export async function insertFinishedJobs({ client }: PostgresServer): Promise<void> {
  await client.query(
    `insert into job (id, type, state, version, owner, input, result_id, progress, attempt, max_attempts,
                      priority, priority_rank, created_at, dispatched_at, started_at, finished_at)
     select
       (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0')
         || '7' || substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 4, 15))::uuid,
       (array['VIDEO_SUMMARIZATION', 'CLAIM_EXTRACTION', 'CLAIM_SYNTHESIS'])[1 + i % 3],
       case when i % 20 = 0 then 'FAILED' else 'COMPLETED' end,
       12, 'local', jsonb_build_object('videoId', 'video-' || i % 5000, 'maxFrames', 30),
       gen_random_uuid(), 100, 1, 3, 'NORMAL', 5,
       at, at, at + interval '1 second', at + interval '1 minute'
     from (
       select i, now() - interval '90 days' * (1 - i::float8 / $1) - interval '1 hour' as at
       from generate_series(1, $1::int) i
     ) series`,
    [finishedJobs],
  );
  await client.query('vacuum analyze job');
  await client.query('checkpoint');
}
