import type { JobRow } from '../jobs/rows/row.ts';
import { applyPositions, listPlaces, listPositions } from '../jobs/rows/position.ts';
import type { AnnouncedPosition, JobPosition, PlaceSpan } from '../jobs/rows/position.ts';
import type { Database } from '../db/tables.ts';
import { dueSpans } from './place-windows.ts';
import { RecentMap } from '../platform/recent-map.ts';

/** Each move is sent for the first places of a queue; further back, a move by a tenth of the place that was last sent. */
const exactPlaces = 20;
const parts = 10;
/** Places that were sent and are not in the rows; with more jobs, moves are sent later. */
const maxSentPlaces = 100_000;
/** Rows that one statement changes. */
const appliedRows = 500;

/** Which jobs' places subscribers of this process want. */
export interface PlaceWatchers {
  /** Types of which every job is watched that an owner has. */
  types: readonly string[];
  /** Undefined: whoever's. */
  owners: readonly string[] | undefined;
  /** Queued jobs that are watched one by one. */
  jobs: readonly WatchedPlace[];
}

export interface WatchedPlace extends Pick<JobRow, 'id' | 'type'> {
  /** The place that another process has sent last; absent for this one's own. */
  place?: number | undefined;
}

/** The places of watched jobs in their queues, as they were last sent. */
export interface WatchedPositions {
  /** Reads the places of rows that are to be sent, in one statement. */
  readPlaces: (jobs: readonly JobRow[]) => Promise<void>;
  /** The place that was read with a row. */
  placeOf: (job: JobRow) => number | undefined;
  /** The place of a job that was sent last. */
  sentPlaceOf: (jobId: string) => number | undefined;
  /** To be called when a place was sent to somebody. */
  remember: (jobId: string, place: number) => void;
  /** Makes new versions of jobs whose place has moved far enough; returns them. To be called once a second. */
  refresh: (watchers: PlaceWatchers) => Promise<JobRow[]>;
}

/**
 * What it costs depends on how fast queues move, and hardly on how long they are: the further back, the less often a place
 * is read and sent.
 */
export function createWatchedPositions(db: Database): WatchedPositions {
  const sent = new RecentMap<number>(maxSentPlaces);
  const places = new WeakMap<JobRow, number>();
  const readAt = new Map<string, Map<number, number>>();

  async function readPlaces(jobs: readonly JobRow[]): Promise<void> {
    const queued = new Map(jobs.filter(isQueued).map((job) => [job.id, job]));
    if (queued.size === 0) return;
    for (const { id, position } of await listPositions(db, [...queued.keys()])) {
      places.set(queued.get(id)!, position);
      sent.set(id, position);
    }
  }

  async function refresh({ types, owners, jobs }: PlaceWatchers): Promise<JobRow[]> {
    const watched = new Set([...types, ...jobs.map(({ type }) => type)]);
    for (const { id, place } of jobs) {
      if (place !== undefined && sent.get(id) === undefined) sent.set(id, place);
    }
    const due = dueSpans(watched, readAt, performance.now());
    const spans = due.filter(({ type }) => types.includes(type));
    const ids = jobs.filter((job) => isDue(job, due)).map(({ id }) => id);
    const found = [
      ...(spans.length > 0 ? await listPlaces(db, spans, owners) : []),
      ...(ids.length > 0 ? await listPositions(db, ids) : []),
    ];
    const byId = new Map(found.map((place) => [place.id, place]));
    return apply([...byId.values()].filter(hasMoved));
  }

  /** Compares with the place that the row was announced with, or else that was sent to somebody. */
  function hasMoved({ id, position, announced }: AnnouncedPosition): boolean {
    const before = announced ?? sent.get(id);
    if (before === undefined) {
      sent.set(id, position);
      return false;
    }
    const distance = Math.abs(position - before);
    return position <= exactPlaces ? distance > 0 : distance * parts >= before;
  }

  function isDue({ id, type }: Pick<JobRow, 'id' | 'type'>, due: readonly PlaceSpan[]): boolean {
    const place = sent.get(id);
    if (place === undefined) return true;
    return due.some((span) => span.type === type && place > span.after && place <= span.upTo);
  }

  async function apply(moved: readonly JobPosition[]): Promise<JobRow[]> {
    const changed: JobRow[] = [];
    for (let start = 0; start < moved.length; start += appliedRows) {
      const rows = await applyPositions(db, moved.slice(start, start + appliedRows));
      for (const { id, position } of rows) if (position !== null) sent.set(id, position);
      changed.push(...rows);
    }
    return changed;
  }

  return {
    readPlaces,
    placeOf: (job) => places.get(job),
    sentPlaceOf: (jobId) => sent.get(jobId),
    remember: (jobId, place) => sent.set(jobId, place),
    refresh,
  };
}

export function isQueued({ state }: Pick<JobRow, 'state'>): boolean {
  return state === 'QUEUED';
}
