import { hasEndedSince, toHistoryCursor } from '../../db/history-point.ts';
import type { HistoryPoint } from '../../db/history-point.ts';
import type { Database } from '../../db/tables.ts';
import type { Viewer } from '../../db/viewer.ts';
import { withoutStates } from '../../jobs/rows/filter.ts';
import type { JobFilter } from '../../jobs/rows/filter.ts';
import { listJobsWhere, listUnfinishedJobs } from '../../jobs/rows/list.ts';
import { pageRows } from '../buffers/present.ts';
import type { Present, ReadPart } from '../buffers/present.ts';
import type { TextMatches } from './text-matches.ts';
import type { PositionTracker } from '../position-tracker.ts';

export interface PresentOptions {
  db: Database;
  positions: PositionTracker;
  viewer: Viewer;
  filter: JobFilter;
  includePositions: boolean;
  /** Must be asked about the jobs that are read, if the filter has words. */
  texts: TextMatches | undefined;
}

/**
 * What is there now. Whoever has jobs from an earlier stream is also sent those that have ended since, and those that match no
 * more: none that it shows stays as it was.
 */
export function toPresent(
  options: PresentOptions,
  now: HistoryPoint,
  since: HistoryPoint | undefined,
): Present {
  const { db, positions, viewer, includePositions, texts } = options;
  const lookUp: TextMatches['lookUp'] = async (jobs) => (texts ? texts.lookUp(jobs) : jobs);
  const filter = since ? withoutStates(options.filter) : options.filter;
  const readUnfinished: ReadPart = async (before) => {
    const jobs = await listUnfinishedJobs(db, viewer, filter, before, pageRows);
    if (includePositions) await positions.readPositions(jobs);
    return lookUp(jobs);
  };
  const after = toHistoryCursor(now);
  if (!since) {
    return { parts: [readUnfinished], resumes: false, cursors: { before: after, after } };
  }
  const condition = hasEndedSince(since, now);
  const readEnded: ReadPart = async (beforeId) =>
    lookUp(await listJobsWhere(db, viewer, filter, condition, { beforeId, limit: pageRows }));
  const cursors = { before: toHistoryCursor(since), after };
  return { parts: [readUnfinished, readEnded], resumes: true, cursors };
}
