import { isInQueue } from '../../jobs/rows/row.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import type { QueuePace } from '../pace.ts';
import { deviationOf, quantile, rangeQuantiles } from './quantiles.ts';
import type { Calibration, EstimateRecord } from './records.ts';
import { estimateWait } from './wait.ts';

/** Fewer jobs say too little of how long the shortest and the longest take. */
const minSamples = 10;
/** Of the jobs that have run for as long as this one, so many must be known, or its remaining time is only guessed. */
const minLonger = 5;
/** How many standard deviations from the mean these are, where many times add up. */
const deviations = 1.2816;
/** The narrowest range, as a share of the run time. */
const leastSpread = 0.02;
/** A limit is counted anew each minute, so that a start may be so much earlier or later. */
const limitWindowMs = 60_000;

/** A time, and how much earlier or later it may be, in ms. */
interface Spread {
  typicalMs: number;
  earlyMs: number;
  lateMs: number;
}

export interface TimeRange {
  after: Date;
  before: Date;
}

export interface JobEstimate {
  /** From now; null once it has started. */
  starts: Spread | null;
  /** From now. */
  completes: Spread;
  hasBegun: boolean;
}

export interface EstimateBasis {
  pace: QueuePace;
  /** Undefined unless it is in its queue. */
  position: number | undefined;
  ratePerMinute: number | null;
  /** By the database's clock, in ms since 1970. */
  now: number;
}

type EstimatedJob = Pick<
  JobRow,
  'state' | 'waitsFor' | 'admittedAt' | 'dispatchedAt' | 'startedAt' | 'nextAttemptAt'
>;

/**
 * When a job will start and complete, before it is set against how well that was said of others; undefined if it cannot be
 * said: while its queue is paused or has no worker, while it waits for another job or a later start, and until enough have run.
 */
export function estimateJob(job: EstimatedJob, basis: EstimateBasis): JobEstimate | undefined {
  const { recentMs, pausedAt, capacity } = basis.pace;
  if (recentMs.length < minSamples) return undefined;
  if (job.state === 'ACTIVE') return estimateRest(job, basis);
  if (pausedAt || capacity === 0) return undefined;
  const starts = estimateStart(job, basis);
  return starts && { starts, completes: add(starts, spreadOf(recentMs)), hasBegun: false };
}

function estimateStart(job: EstimatedJob, basis: EstimateBasis): Spread | undefined {
  const { pace, position, ratePerMinute, now } = basis;
  if (job.state === 'DELAYED' && job.dispatchedAt && job.nextAttemptAt) {
    // It comes before others, and waits for one of them to end at most.
    const untilMs = Math.max(0, job.nextAttemptAt.getTime() - now);
    return { typicalMs: untilMs, earlyMs: 0, lateMs: pace.meanDurationMs! / pace.capacity };
  }
  if (!isInQueue(job) || position === undefined) return undefined;
  const typicalMs = estimateWait(pace, position, ratePerMinute, now)!;
  const byCapacityMs = estimateWait(pace, position, null, now)!;
  // Places become free one after the other, each after a time that varies; such times add up like those of any queue.
  const sumMs =
    typicalMs === 0
      ? 0
      : (deviations * deviationOf(pace.recentMs) * Math.sqrt(position)) / pace.capacity;
  const spreadMs = Math.max(sumMs, typicalMs > byCapacityMs ? limitWindowMs : 0);
  return { typicalMs, earlyMs: Math.min(spreadMs, typicalMs), lateMs: spreadMs };
}

/** By those that ran for as long as this one has by now. */
function estimateRest({ startedAt }: EstimatedJob, { pace, now }: EstimateBasis): JobEstimate {
  const ranMs = Math.max(0, now - (startedAt?.getTime() ?? now));
  const longer = pace.recentMs.filter((ms) => ms > ranMs);
  // Of one that runs longer than the others, all that is known is that the longer it has run, the longer it may.
  const total = longer.length >= minLonger ? spreadOf(longer) : guessTotal(ranMs);
  return {
    starts: null,
    completes: { ...total, typicalMs: total.typicalMs - ranMs },
    hasBegun: true,
  };
}

function guessTotal(ranMs: number): Spread {
  return { typicalMs: ranMs * 1.3, earlyMs: ranMs * 0.3, lateMs: ranMs * 0.7 };
}

/** The median, and how far from it the earliest and the latest tenth are, even where all have taken the same time. */
function spreadOf(sorted: readonly number[]): Spread {
  const typicalMs = quantile(sorted, 0.5);
  const leastMs = leastSpread * typicalMs;
  return {
    typicalMs,
    earlyMs: Math.max(leastMs, typicalMs - quantile(sorted, rangeQuantiles.early)),
    lateMs: Math.max(leastMs, quantile(sorted, rangeQuantiles.late) - typicalMs),
  };
}

/** Of two times one after the other. What is early of one makes up for what is late of the other. */
function add(a: Spread, b: Spread): Spread {
  return {
    typicalMs: a.typicalMs + b.typicalMs,
    earlyMs: Math.hypot(a.earlyMs, b.earlyMs),
    lateMs: Math.hypot(a.lateMs, b.lateMs),
  };
}

/** When the job starts; null once it has. */
export function toStartRange(
  { starts }: JobEstimate,
  record: EstimateRecord,
  now: number,
): TimeRange | null {
  return starts && toRange(starts, record.waiting, now);
}

export function toCompletionRange(
  { completes, hasBegun }: JobEstimate,
  record: EstimateRecord,
  now: number,
): TimeRange {
  return toRange(completes, hasBegun ? record.begun : record.waiting, now);
}

/** Its begin is not in the past, and its end not before its begin. */
function toRange(
  { typicalMs, earlyMs, lateMs }: Spread,
  { early, late }: Calibration,
  now: number,
): TimeRange {
  const at = (factor: number) => typicalMs + factor * (factor < 0 ? earlyMs : lateMs);
  const after = Math.max(0, at(early));
  return { after: new Date(now + after), before: new Date(now + Math.max(after, at(late))) };
}
