import { sql } from 'kysely';
import { createBatchedReads } from '../../platform/batcher.ts';
import type { Database } from '../../db/tables.ts';
import { quantile, rangeQuantiles } from './quantiles.ts';

/** Promises of a type that have been put to the test and are kept: of jobs that had begun, and of those that had not. */
export const keptPromises = 200;
/** With fewer promises that have been put to the test, ranges are taken as they are. */
const minTested = 20;
/**
 * The share of jobs that a range leaves out on either side. Times to wait change before it is known how earlier ranges held:
 * over simulated days, ranges that left out a tenth of each side of those held for 76 jobs of a hundred, not 80.
 */
const outsideShares = { waiting: 0.06, begun: 0.1 };
/** The bounds of that share, whatever came of the latest ranges. */
const outsideBounds = { least: 0.01, most: 0.15 };
/** A record that old is good enough. */
const recordAgeMs = 5_000;

/** How many times the spread of a range its bounds are from its typical time. */
export interface Calibration {
  early: number;
  late: number;
}

/** How well ranges of a type have held. */
export interface EstimateRecord {
  /** Of the latest promises that have been put to the test, the share that held; null if there are none. */
  coverage: number | null;
  /** For jobs that wait, and for those that have begun. */
  waiting: Calibration;
  begun: Calibration;
}

interface Tested {
  type: string;
  hasBegun: boolean;
  /** Whether the job ended in the range, or before it. */
  held: boolean;
  early: boolean;
  /** When the job ended, counted from the typical time in spreads. */
  score: number;
}

/** How well ranges of these types have held, in one statement. */
export async function listEstimateRecords(
  db: Database,
  types: readonly string[],
): Promise<Map<string, EstimateRecord>> {
  const { rows } = await sql<Tested>`
    select type.name as type, latest.*
    from unnest(${sql.val(types)}::text[]) type(name), (values (false), (true)) kind(has_begun), lateral (
      select has_begun, ended_at between completes_after and completes_before as held,
        ended_at < completes_after as early,
        extract(epoch from ended_at - typical_at)::float8 * 1000
          / greatest(1, case when ended_at < typical_at then early_ms else late_ms end) as score
      from estimate_promise promise
      where promise.type = type.name and promise.has_begun = kind.has_begun and ended_at is not null
      order by ended_at desc limit ${keptPromises}
    ) latest`.execute(db);
  const byType = Map.groupBy(rows, ({ type }) => type);
  return new Map(types.map((type) => [type, toRecord(byType.get(type) ?? [])]));
}

function toRecord(tested: readonly Tested[]): EstimateRecord {
  const held = tested.filter((it) => it.held).length;
  return {
    coverage: tested.length === 0 ? null : held / tested.length,
    waiting: calibrate(
      tested.filter(({ hasBegun }) => !hasBegun),
      outsideShares.waiting,
    ),
    begun: calibrate(
      tested.filter(({ hasBegun }) => hasBegun),
      outsideShares.begun,
    ),
  };
}

/**
 * Times to wait depend on each other and on what comes later, so that ranges from tenth to tenth of each hold for fewer jobs
 * than eight of ten. Where the earliest and the latest tenth of what was promised lately did end, counted in spreads, tells
 * where those of the next will (split conformal prediction). As times change, that lags behind: where too many have lately
 * ended before or after their ranges, fewer than a tenth are left out there (adaptive conformal inference).
 */
function calibrate(tested: readonly Tested[], outside: number): Calibration {
  if (tested.length < minTested) return { early: -1, late: 1 };
  const scores = tested.map(({ score }) => score).toSorted((a, b) => a - b);
  const shareOf = (count: number) => {
    const share = outside + rangeQuantiles.early - count / tested.length;
    return Math.min(outsideBounds.most, Math.max(outsideBounds.least, share));
  };
  const early = tested.filter((it) => it.early).length;
  const late = tested.filter((it) => !it.held && !it.early).length;
  return { early: quantile(scores, shareOf(early)), late: quantile(scores, 1 - shareOf(late)) };
}

export type FindEstimateRecord = (type: string) => Promise<EstimateRecord>;

/** Reads records, those asked for at the same time together, and remembers them for `recordAgeMs`. */
export function createRecordReader(db: Database): FindEstimateRecord {
  const read = createBatchedReads((types) => listEstimateRecords(db, types));
  const known = new Map<string, { record: Promise<EstimateRecord>; readAt: number }>();
  return (type) => {
    const before = known.get(type);
    const now = performance.now();
    if (before && now - before.readAt < recordAgeMs) return before.record;
    const record = read(type).then((found) => found!);
    known.set(type, { record, readAt: now });
    record.catch(() => known.delete(type));
    return record;
  };
}
