import { sql } from 'kysely';
import { createBatchedReads } from '../platform/batcher.ts';
import { prepared } from '../db/prepared.ts';
import type { Database } from '../db/tables.ts';
import { isPresent } from './workers.ts';

/** How many recent jobs of a type the estimate of its duration rests on, and how few are too few. */
const durationSamples = { atMost: 50, atLeast: 5 };

/** A pace that old is good enough. */
const paceAgeMs = 1_000;

/** How fast a type's jobs go, from its latest completed ones. */
export interface QueuePace {
  type: string;
  /** Run time; null until there are enough samples. */
  meanDurationMs: number | null;
  medianDurationMs: number | null;
  /** When its running jobs began. */
  activeSince: Date[];
  /** Jobs at once in all of its workers together. */
  capacity: number;
}

/** The pace of each type, in one statement. */
async function listQueuePaces(db: Database, types: readonly string[]): Promise<QueuePace[]> {
  const { rows } = await sql<QueuePace>`
    select type.name as type,
      case when latest.samples >= ${durationSamples.atLeast} then latest.mean_ms end as mean_duration_ms,
      case when latest.samples >= ${durationSamples.atLeast} then latest.median_ms end as median_duration_ms,
      (select coalesce(array_agg(coalesce(started_at, now())), '{}') from job
        where type = type.name and state = 'ACTIVE') as active_since,
      (select coalesce(sum(concurrency), 0)::int from worker
        where queue = lower(replace(type.name, '_', '-')) and ${isPresent}) as capacity
    from unnest(${sql.val(types)}::text[]) type(name),
      lateral (
        select count(*) as samples, avg(run.ms)::float8 as mean_ms,
          (percentile_cont(0.5) within group (order by run.ms))::float8 as median_ms
        from (
          select extract(epoch from finished_at - started_at) * 1000 as ms from job
          where type = type.name and state = 'COMPLETED' and finished_at is not null
          order by finished_at desc limit ${durationSamples.atMost}
        ) run
      ) latest ${prepared}`.execute(db);
  return rows;
}

export type FindPace = (type: string) => Promise<QueuePace | undefined>;

/** Reads paces, those asked for at the same time together, and remembers them for `paceAgeMs`. */
export function createPaceReader(db: Database): FindPace {
  const read = createBatchedReads(async (types) => {
    const paces = await listQueuePaces(db, types);
    return new Map(paces.map((pace) => [pace.type, pace]));
  });
  const known = new Map<string, { pace: Promise<QueuePace | undefined>; readAt: number }>();
  return (type) => {
    const before = known.get(type);
    const now = performance.now();
    if (before && now - before.readAt < paceAgeMs) return before.pace;
    const pace = read(type);
    known.set(type, { pace, readAt: now });
    pace.catch(() => known.delete(type));
    return pace;
  };
}
