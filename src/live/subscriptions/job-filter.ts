import type { JobFilter } from '../../jobs/rows/filter.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import type { Database } from '../../db/tables.ts';
import { toUuid } from '../../platform/text.ts';
import { listVideosOfSummaries } from '../../jobs/rows/filter.ts';
import type { JobOutline } from '../../jobs/rows/list.ts';
import { RecentMap } from '../../platform/recent-map.ts';

/** Summaries for which one subscriber remembers whether they are of its video. */
const maxKnownSummaries = 10_000;

/** Whether a job matches a filter, apart from the filter's video. */
export function matches(
  { type, state, owner }: Omit<JobOutline, 'id' | 'version'>,
  filter: JobFilter,
): boolean {
  if (filter.owner !== undefined && filter.owner !== owner) return false;
  return (filter.types?.includes(type) ?? true) && (filter.states?.includes(state) ?? true);
}

/** Filters jobs by the video that their input names, directly or by its summaries. Each summary is looked up once. */
export function createVideoFilter(
  db: Database,
  videoId: string,
): (jobs: readonly JobRow[]) => Promise<JobRow[]> {
  const isOfVideo = new RecentMap<boolean>(maxKnownSummaries);

  return async (jobs) => {
    const ids = [...new Set(jobs.flatMap(summaryIdsOf))];
    const matching = new Map(ids.map((id) => [id, isOfVideo.get(id)]));
    const unknown = ids.filter((id) => matching.get(id) === undefined);
    // A step of a pipeline names a summary that does not exist yet. That one is looked up again.
    for (const summary of await listVideosOfSummaries(db, unknown)) {
      const isMatch = summary.videoId === videoId;
      matching.set(summary.id, isMatch);
      isOfVideo.set(summary.id, isMatch);
    }
    return jobs.filter(
      (job) => job.input['videoId'] === videoId || summaryIdsOf(job).some((id) => matching.get(id)),
    );
  };
}

function summaryIdsOf({ input }: JobRow): string[] {
  const ids = Array.isArray(input['summaryIds']) ? (input['summaryIds'] as unknown[]) : [];
  return [input['summaryId'], ...ids].flatMap((id) =>
    typeof id === 'string' ? (toUuid(id) ?? []) : [],
  );
}
