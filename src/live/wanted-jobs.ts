import type { JobFilter } from '../jobs/rows/filter.ts';
import type { JobRow } from '../jobs/rows/row.ts';
import type { Database } from '../db/tables.ts';
import { toUuid } from '../platform/text.ts';
import type { JobOutline } from '../jobs/rows/list.ts';
import { RecentMap } from '../platform/recent-map.ts';
import { listVideosOfSummaries } from '../jobs/rows/filter.ts';

/** Summaries of which one subscriber remembers whether they are of its video; of more, it asks again. */
const maxKnownSummaries = 10_000;

/** Whether a job passes a filter, as far as its outline tells. */
export function matches(
  { type, state, owner }: Omit<JobOutline, 'id' | 'version'>,
  filter: JobFilter,
): boolean {
  if (filter.owner !== undefined && filter.owner !== owner) return false;
  return (filter.types?.includes(type) ?? true) && (filter.states?.includes(state) ?? true);
}

/** Picks the jobs that are about a video by what they name: the video itself, or summaries, of which it asks once. */
export function createVideoFilter(
  db: Database,
  videoId: string,
): (jobs: readonly JobRow[]) => Promise<JobRow[]> {
  const isOfVideo = new RecentMap<boolean>(maxKnownSummaries);

  return async (jobs) => {
    const named = [...new Set(jobs.flatMap(summariesOf))];
    const found = new Map(named.map((id) => [id, isOfVideo.get(id)]));
    const unknown = named.filter((id) => found.get(id) === undefined);
    // A step of a pipeline names a summary that is yet to be made: that one is asked for again.
    for (const summary of await listVideosOfSummaries(db, unknown)) {
      const isWanted = summary.videoId === videoId;
      found.set(summary.id, isWanted);
      isOfVideo.set(summary.id, isWanted);
    }
    return jobs.filter(
      (job) => job.input['videoId'] === videoId || summariesOf(job).some((id) => found.get(id)),
    );
  };
}

function summariesOf({ input }: JobRow): string[] {
  const ids = Array.isArray(input['summaryIds']) ? (input['summaryIds'] as unknown[]) : [];
  return [input['summaryId'], ...ids].flatMap((id) =>
    typeof id === 'string' ? (toUuid(id) ?? []) : [],
  );
}
