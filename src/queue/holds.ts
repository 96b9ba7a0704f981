import { sql } from 'kysely';
import type { Clock } from '../db/clock.ts';
import type { Database } from '../db/tables.ts';
import type { JobSettings } from '../jobs/define-job.ts';
import type { QueueHold } from '../jobs/waiting.ts';
import { createBatchedReads } from '../platform/batcher.ts';
import type { FindPace } from './pace.ts';
import type { Queues } from './queues.ts';

/** What a broker has said of a queue is good enough for so long. */
const limitAgeMs = 1_000;

export interface HoldsOptions {
  db: Database;
  clock: Clock;
  queues: Pick<Queues, 'findLimitedMs'>;
  findPace: FindPace;
  settings: (type: string) => Pick<JobSettings, 'ratePerMinute' | 'perOwner'>;
}

/** What keeps waiting jobs from starting, whatever their place. */
export interface Holds {
  /** Up to a second old unless it must be read anew. One statement and one question to the broker, however many ask. */
  find: (type: string, isNew?: boolean) => Promise<QueueHold>;
  /** Whether an owner has as many jobs in the queue as one owner may have; reads nothing where that has no limit. */
  isOwnerFull: (type: string, owner: string) => Promise<boolean>;
}

export function createHolds({ db, clock, queues, findPace, settings }: HoldsOptions): Holds {
  const limits = new Map<string, { until: Promise<Date | null | undefined>; askedAt: number }>();

  /** Until when the limit lets no job start; undefined if the broker does not answer. */
  const askLimit = createBatchedReads(async (types) => {
    const asked = types.map(async (type) => {
      const limitedMs = await queues.findLimitedMs(type, settings(type).ratePerMinute);
      if (limitedMs === undefined) return [type, undefined] as const;
      return [type, limitedMs > 0 ? new Date(clock.now() + limitedMs) : null] as const;
    });
    return new Map(await Promise.all(asked));
  });

  function findLimit(type: string, isNew: boolean): Promise<Date | null | undefined> {
    const before = limits.get(type);
    const askedAt = performance.now();
    if (!isNew && before && askedAt - before.askedAt < limitAgeMs) return before.until;
    const until = askLimit(type);
    limits.set(type, { until, askedAt });
    return until;
  }

  const countInFlight = createBatchedReads((keys) => listInFlight(db, keys));

  return {
    find: async (type, isNew = false) => {
      const [pace, limitedUntil] = await Promise.all([
        findPace(type, isNew),
        findLimit(type, isNew),
      ]);
      return {
        isReachable: limitedUntil !== undefined,
        pausedAt: pace?.pausedAt ?? null,
        pauseReason: pace?.pauseReason ?? null,
        hasWorkers: (pace?.capacity ?? 0) > 0,
        ratePerMinute: settings(type).ratePerMinute,
        limitedUntil: limitedUntil ?? null,
      };
    },
    isOwnerFull: async (type, owner) => {
      const { perOwner } = settings(type);
      if (perOwner === null) return false;
      return ((await countInFlight(JSON.stringify([type, owner]))) ?? 0) >= perOwner;
    },
  };
}

/** How many jobs each owner has in a queue, by type and owner. */
async function listInFlight(
  db: Database,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ key: string; jobs: number }>`
    select asked.key, (
      select count(*)::int from job
      where job.type = asked.key::jsonb ->> 0 and job.owner = asked.key::jsonb ->> 1
        and dispatched_at is not null and state in ('QUEUED', 'DELAYED', 'ACTIVE')) as jobs
    from unnest(${sql.val(keys)}::text[]) asked(key)`.execute(db);
  return new Map(rows.map(({ key, jobs }) => [key, jobs]));
}
