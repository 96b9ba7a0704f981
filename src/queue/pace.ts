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
  /** Run times of the latest completed ones, the shortest first; empty until there are enough. */
  recentMs: number[];
  /** When its running jobs began. */
  activeSince: Date[];
  /** Jobs at once in all of its workers together. */
  capacity: number;
  /** When an operator has stopped its queue; null while it is not stopped. */
  pausedAt: Date | null;
  /** Why; null if nobody has said so. */
  pauseReason: string | null;
}

/** The pace of each type, in one statement. */
export async function listQueuePaces(db: Database, types: readonly string[]): Promise<QueuePace[]> {
  const { rows } = await sql<QueuePace>`
    select type.name as type,
      case when latest.samples >= ${durationSamples.atLeast} then latest.mean_ms end as mean_duration_ms,
      case when latest.samples >= ${durationSamples.atLeast} then latest.median_ms end as median_duration_ms,
      case when latest.samples >= ${durationSamples.atLeast} then latest.recent_ms else '{}' end as recent_ms,
      (select coalesce(array_agg(coalesce(started_at, now())), '{}') from job
        where type = type.name and state = 'ACTIVE') as active_since,
      (select coalesce(sum(concurrency), 0)::int from worker
        where queue = lower(replace(type.name, '_', '-')) and ${isPresent}) as capacity,
      pause.changed_at as paused_at, pause.reason as pause_reason
    from unnest(${sql.val(types)}::text[]) type(name)
      left join queue_control pause on pause.type = type.name and pause.paused,
      lateral (
        select count(*) as samples, avg(run.ms)::float8 as mean_ms,
          (percentile_cont(0.5) within group (order by run.ms))::float8 as median_ms,
          array_agg(run.ms::float8 order by run.ms) as recent_ms
        from (
          select extract(epoch from finished_at - started_at) * 1000 as ms from job
          where type = type.name and state = 'COMPLETED' and finished_at is not null
          order by finished_at desc limit ${durationSamples.atMost}
        ) run
      ) latest ${prepared}`.execute(db);
  return rows;
}

/** The pace of a type; up to a second old unless it must be read anew. */
export type FindPace = (type: string, isNew?: boolean) => Promise<QueuePace | undefined>;

/** Reads paces, those asked for at the same time together, and remembers them for `paceAgeMs`. */
export function createPaceReader(db: Database): FindPace {
  const read = createBatchedReads(async (types) => {
    const paces = await listQueuePaces(db, types);
    return new Map(paces.map((pace) => [pace.type, pace]));
  });
  const known = new Map<string, { pace: Promise<QueuePace | undefined>; readAt: number }>();
  return (type, isNew = false) => {
    const before = known.get(type);
    const now = performance.now();
    if (!isNew && before && now - before.readAt < paceAgeMs) return before.pace;
    const pace = read(type);
    known.set(type, { pace, readAt: now });
    pace.catch(() => known.delete(type));
    return pace;
  };
}
