import type { JobRow } from '../jobs/rows/row.ts';
import { applyPositions } from '../jobs/rows/announce-positions.ts';
import { listPositions } from '../jobs/rows/positions.ts';
import type { AnnouncedPosition } from '../jobs/rows/positions.ts';
import { listPositionRanges } from '../jobs/rows/position-ranges.ts';
import type { PositionRange } from '../jobs/rows/position-ranges.ts';
import type { JobPlace, WaitingReason } from '../jobs/waiting.ts';
import { createReasonFinder } from './waiting-reasons.ts';
import type { FindHolds, ReasonedPosition } from './waiting-reasons.ts';
import type { Database } from '../db/tables.ts';
import { dueSpans } from './position-windows.ts';
import { RecentMap } from '../platform/recent-map.ts';

/** Up to this position every move is sent. Behind it, only moves by a tenth of the position that was last sent. */
const exactPositions = 20;
const leastMoveParts = 10;
/** Jobs whose last sent position is remembered. */
const maxSentPositions = 100_000;
/** Rows that one statement updates. */
const updatedRows = 500;

/** The jobs whose positions are watched by subscribers. */
export interface PositionWatchers {
  /** Types of which all jobs of the owners are watched. */
  types: readonly string[];
  /** Those of them of which it is also watched why jobs wait. */
  reasonedTypes: readonly string[];
  /** Undefined for the jobs of every owner. */
  owners: readonly string[] | undefined;
  /** Queued jobs with subscriptions of their own. */
  jobs: readonly WatchedPosition[];
}

export interface WatchedPosition extends Pick<JobRow, 'id' | 'type'> {
  /** Whether it is also watched why the job waits. */
  isReasoned: boolean;
  /** What another process sent last; absent for jobs of this process. Null if it sent several reasons. */
  sentPosition?: number | undefined;
  sentReason?: WaitingReason | null | undefined;
}

/** The queue positions of watched jobs, and why they wait, as they were last sent. */
export interface PositionTracker {
  /** Reads the positions of rows that are about to be sent, in one statement. */
  readPositions: (jobs: readonly JobRow[]) => Promise<void>;
  /** The place that was read with a row. */
  placeOf: (job: JobRow) => JobPlace | undefined;
  /** What was sent last of a job. */
  sentOf: (jobId: string) => Pick<WatchedPosition, 'sentPosition' | 'sentReason'>;
  /** Must be called when a position was sent to a client. */
  remember: (jobId: string, position: number) => void;
  /** Must be called when a reason was sent to a client. */
  rememberReason: (jobId: string, reason: WaitingReason) => void;
  /** Makes new versions of jobs that moved far enough or wait for another reason. Must be called once a second. */
  refresh: (watchers: PositionWatchers) => Promise<JobRow[]>;
}

/**
 * The cost depends on how fast queues move, and hardly on how long they are: the further back a job is, the less often its
 * position is read and sent.
 */
export function createPositionTracker(db: Database, holds: FindHolds): PositionTracker {
  const sent = new RecentMap<number>(maxSentPositions);
  const sentReasons = new RecentMap<WaitingReason | null>(maxSentPositions);
  const places = new WeakMap<JobRow, JobPlace>();
  const addReasons = createReasonFinder(holds);
  const readAt = new Map<string, Map<number, number>>();

  async function readPositions(jobs: readonly JobRow[]): Promise<void> {
    const queued = new Map(jobs.filter(isQueued).map((job) => [job.id, job]));
    if (queued.size === 0) return;
    for (const place of await listPositions(db, [...queued.keys()])) {
      places.set(queued.get(place.id)!, place);
      sent.set(place.id, place.position);
    }
  }

  async function refresh({
    types,
    reasonedTypes,
    owners,
    jobs,
  }: PositionWatchers): Promise<JobRow[]> {
    const watched = new Set([...types, ...jobs.map(({ type }) => type)]);
    for (const { id, sentPosition, sentReason } of jobs) {
      if (sentPosition !== undefined && sent.get(id) === undefined) sent.set(id, sentPosition);
      if (sentReason !== undefined) rememberReason(id, sentReason);
    }
    const due = dueSpans(watched, readAt, performance.now());
    const spans = due.filter(({ type }) => types.includes(type));
    const ids = jobs.filter((job) => isDue(job, due)).map(({ id }) => id);
    const found = [
      ...(spans.length > 0 ? await listPositionRanges(db, spans, owners) : []),
      ...(ids.length > 0 ? await listPositions(db, ids) : []),
    ];
    const byId = new Map(found.map((place) => [place.id, place]));
    const reasonedJobs = new Set(jobs.flatMap(({ id, isReasoned }) => (isReasoned ? [id] : [])));
    const isReasoned = ({ id, type }: AnnouncedPosition) =>
      reasonedTypes.includes(type) || reasonedJobs.has(id);
    const reasoned = await addReasons([...byId.values()], isReasoned);
    return apply(reasoned.filter((place) => hasMoved(place) || hasNewReason(place)));
  }

  /**
   * A job of which nothing was sent by this process is taken to wait for its turn, or for the job before it, so that no other
   * reason is left out; it may be announced once more than is needed.
   */
  function hasNewReason({ id, reason, follows, waitingReason }: ReasonedPosition): boolean {
    if (reason === null) return false;
    const first = follows ? 'PREDECESSOR' : 'POSITION';
    const sentReason = sentReasons.get(id);
    return reason !== (waitingReason ?? (sentReason === undefined ? first : sentReason));
  }

  /** Of those who watch a job, not all may have been sent the same: then all are sent the next. */
  function rememberReason(id: string, reason: WaitingReason | null): void {
    const before = sentReasons.get(id);
    sentReasons.set(id, before === undefined || before === reason ? reason : null);
  }

  /** Compares with the position that the row was announced with, or that was last sent. */
  function hasMoved({ id, position, announced }: ReasonedPosition): boolean {
    const before = announced ?? sent.get(id);
    if (before === undefined) {
      sent.set(id, position);
      return false;
    }
    const distance = Math.abs(position - before);
    return position <= exactPositions ? distance > 0 : distance * leastMoveParts >= before;
  }

  function isDue(
    { id, type }: Pick<JobRow, 'id' | 'type'>,
    due: readonly PositionRange[],
  ): boolean {
    const position = sent.get(id);
    if (position === undefined) return true;
    return due.some((span) => span.type === type && position > span.after && position <= span.upTo);
  }

  async function apply(moved: readonly ReasonedPosition[]): Promise<JobRow[]> {
    const changed: JobRow[] = [];
    for (let start = 0; start < moved.length; start += updatedRows) {
      const rows = await applyPositions(db, moved.slice(start, start + updatedRows));
      for (const { id, position } of rows) if (position !== null) sent.set(id, position);
      changed.push(...rows);
    }
    return changed;
  }

  return {
    readPositions,
    placeOf: (job) => places.get(job),
    sentOf: (jobId) => ({ sentPosition: sent.get(jobId), sentReason: sentReasons.get(jobId) }),
    remember: (jobId, position) => sent.set(jobId, position),
    rememberReason,
    refresh,
  };
}

export function isQueued({ state }: Pick<JobRow, 'state'>): boolean {
  return state === 'QUEUED';
}
