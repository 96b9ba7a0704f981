import type { JobRow } from '../jobs/job-row.ts';
import { applyPositions, listPlaces, listPositions } from '../jobs/positions.ts';
import type { AnnouncedPosition, JobPosition, PlaceSpan } from '../jobs/positions.ts';
import type { Database } from '../db/tables.ts';
import { dueSpans } from './place-windows.ts';
import { RecentMap } from '../platform/recent-map.ts';

/** So many of a queue are told each place; those behind, when it has moved by a tenth of the one that they were told. */
const exactPlaces = 20;
const parts = 10;
/** Places that were told and are not in the rows: of more jobs, moves are told later. */
const maxToldPlaces = 100_000;
/** Rows that one statement changes. */
const appliedRows = 500;

/** Who in this process wants to be told the places of which jobs. */
export interface PlaceWatchers {
  /** Types of which every job is watched that an owner has. */
  types: readonly string[];
  /** Undefined: whoever's. */
  owners: readonly string[] | undefined;
  /** Queued jobs that are watched one by one. */
  jobs: readonly Pick<JobRow, 'id' | 'type'>[];
}

/** The places of watched jobs in their queues, as their watchers were told last. */
export interface WatchedPositions {
  /** Reads the places of rows that are to be sent, together. */
  readPlaces: (jobs: readonly JobRow[]) => Promise<void>;
  /** The place that was read with a row. */
  placeOf: (job: JobRow) => number | undefined;
  /** To be called when somebody is told a place. */
  remember: (jobId: string, place: number) => void;
  /** Makes new versions of jobs whose place has moved far enough; returns them. To be called once a second. */
  refresh: (watchers: PlaceWatchers) => Promise<JobRow[]>;
}

/**
 * What it costs depends on how fast queues move, and hardly on how long they are: the further back, the less often a place
 * is looked at, and told.
 */
export function createWatchedPositions(db: Database): WatchedPositions {
  const told = new RecentMap<number>(maxToldPlaces);
  const places = new WeakMap<JobRow, number>();
  const lookedAt = new Map<string, Map<number, number>>();

  async function readPlaces(jobs: readonly JobRow[]): Promise<void> {
    const queued = new Map(jobs.filter(isQueued).map((job) => [job.id, job]));
    if (queued.size === 0) return;
    for (const { id, position } of await listPositions(db, [...queued.keys()])) {
      places.set(queued.get(id)!, position);
      told.set(id, position);
    }
  }

  async function refresh({ types, owners, jobs }: PlaceWatchers): Promise<JobRow[]> {
    const watched = new Set([...types, ...jobs.map(({ type }) => type)]);
    const due = dueSpans(watched, lookedAt, performance.now());
    const spans = due.filter(({ type }) => types.includes(type));
    const ids = jobs.filter((job) => isDue(job, due)).map(({ id }) => id);
    const found = [
      ...(spans.length > 0 ? await listPlaces(db, spans, owners) : []),
      ...(ids.length > 0 ? await listPositions(db, ids) : []),
    ];
    const byId = new Map(found.map((place) => [place.id, place]));
    return apply([...byId.values()].filter(hasMoved));
  }

  /** Compares with what the row was announced with, or else with what somebody was told. */
  function hasMoved({ id, position, announced }: AnnouncedPosition): boolean {
    const before = announced ?? told.get(id);
    if (before === undefined) {
      told.set(id, position);
      return false;
    }
    const distance = Math.abs(position - before);
    return position <= exactPlaces ? distance > 0 : distance * parts >= before;
  }

  function isDue({ id, type }: Pick<JobRow, 'id' | 'type'>, due: readonly PlaceSpan[]): boolean {
    const place = told.get(id);
    if (place === undefined) return true;
    return due.some((span) => span.type === type && place > span.after && place <= span.upTo);
  }

  async function apply(moved: readonly JobPosition[]): Promise<JobRow[]> {
    const changed: JobRow[] = [];
    for (let start = 0; start < moved.length; start += appliedRows) {
      const rows = await applyPositions(db, moved.slice(start, start + appliedRows));
      for (const { id, position } of rows) if (position !== null) told.set(id, position);
      changed.push(...rows);
    }
    return changed;
  }

  return {
    readPlaces,
    placeOf: (job) => places.get(job),
    remember: (jobId, place) => told.set(jobId, place),
    refresh,
  };
}

export function isQueued({ state }: Pick<JobRow, 'state'>): boolean {
  return state === 'QUEUED';
}
