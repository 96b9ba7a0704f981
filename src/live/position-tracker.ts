import type { JobRow } from '../jobs/rows/row.ts';
import { applyPositions, listPositionRanges, listPositions } from '../jobs/rows/positions.ts';
import type { AnnouncedPosition, JobPosition, PositionRange } from '../jobs/rows/positions.ts';
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
  /** Undefined for the jobs of every owner. */
  owners: readonly string[] | undefined;
  /** Queued jobs with subscriptions of their own. */
  jobs: readonly WatchedPosition[];
}

export interface WatchedPosition extends Pick<JobRow, 'id' | 'type'> {
  /** The position that another process sent last; absent for jobs of this process. */
  sentPosition?: number | undefined;
}

/** The queue positions of watched jobs, as they were last sent. */
export interface PositionTracker {
  /** Reads the positions of rows that are about to be sent, in one statement. */
  readPositions: (jobs: readonly JobRow[]) => Promise<void>;
  /** The position that was read with a row. */
  positionOf: (job: JobRow) => number | undefined;
  /** The position of a job that was sent last. */
  sentPositionOf: (jobId: string) => number | undefined;
  /** Must be called when a position was sent to a client. */
  remember: (jobId: string, position: number) => void;
  /** Makes new versions of jobs that moved far enough, and returns them. Must be called once a second. */
  refresh: (watchers: PositionWatchers) => Promise<JobRow[]>;
}

/**
 * The cost depends on how fast queues move, and hardly on how long they are: the further back a job is, the less often its
 * position is read and sent.
 */
export function createPositionTracker(db: Database): PositionTracker {
  const sent = new RecentMap<number>(maxSentPositions);
  const positions = new WeakMap<JobRow, number>();
  const readAt = new Map<string, Map<number, number>>();

  async function readPositions(jobs: readonly JobRow[]): Promise<void> {
    const queued = new Map(jobs.filter(isQueued).map((job) => [job.id, job]));
    if (queued.size === 0) return;
    for (const { id, position } of await listPositions(db, [...queued.keys()])) {
      positions.set(queued.get(id)!, position);
      sent.set(id, position);
    }
  }

  async function refresh({ types, owners, jobs }: PositionWatchers): Promise<JobRow[]> {
    const watched = new Set([...types, ...jobs.map(({ type }) => type)]);
    for (const { id, sentPosition } of jobs) {
      if (sentPosition !== undefined && sent.get(id) === undefined) sent.set(id, sentPosition);
    }
    const due = dueSpans(watched, readAt, performance.now());
    const spans = due.filter(({ type }) => types.includes(type));
    const ids = jobs.filter((job) => isDue(job, due)).map(({ id }) => id);
    const found = [
      ...(spans.length > 0 ? await listPositionRanges(db, spans, owners) : []),
      ...(ids.length > 0 ? await listPositions(db, ids) : []),
    ];
    const byId = new Map(found.map((place) => [place.id, place]));
    return apply([...byId.values()].filter(hasMoved));
  }

  /** Compares with the position that the row was announced with, or that was last sent. */
  function hasMoved({ id, position, announced }: AnnouncedPosition): boolean {
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

  async function apply(moved: readonly JobPosition[]): Promise<JobRow[]> {
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
    positionOf: (job) => positions.get(job),
    sentPositionOf: (jobId) => sent.get(jobId),
    remember: (jobId, position) => sent.set(jobId, position),
    refresh,
  };
}

export function isQueued({ state }: Pick<JobRow, 'state'>): boolean {
  return state === 'QUEUED';
}
