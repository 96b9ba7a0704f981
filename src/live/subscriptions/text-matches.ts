import type { Database } from '../../db/tables.ts';
import type { JobFilter, JobOutline } from '../../jobs/rows/filter.ts';
import { listMatches } from '../../jobs/rows/list.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { RecentMap } from '../../platform/recent-map.ts';

/** Maximum number of jobs that one subscriber remembers. */
const maxRemembered = 10_000;

/** Which rows have the words of a filter. Postgres alone can say, so rows must be looked up before they are asked about. */
export interface TextMatches {
  /** Looks rows up, those in one statement of which it is not known already, and returns them. */
  lookUp: (jobs: readonly JobRow[]) => Promise<readonly JobRow[]>;
  /** Whether a row has the words; true if it was not looked up. */
  has: (job: JobOutline) => boolean;
}

/** Undefined if the filter has no words. */
export function createTextMatches(
  db: Database,
  { text }: Pick<JobFilter, 'text'>,
): TextMatches | undefined {
  if (!text) return undefined;
  const known = new RecentMap<boolean>(maxRemembered);
  const matches = new WeakMap<JobOutline, boolean>();
  return {
    lookUp: async (jobs) => {
      // Before others are remembered, for which these may be forgotten.
      const before = new Map(jobs.map((job) => [job.id, known.get(keyOf(job))]));
      const unknown = jobs.filter(({ id }) => before.get(id) === undefined).map(({ id }) => id);
      const rows = await listMatches(db, unknown, text.condition);
      const found = new Map(rows.map((row) => [row.id, row]));
      for (const job of jobs) {
        const row = found.get(job.id);
        // The row may have another error by now.
        if (row?.version === job.version) known.set(keyOf(job), row.matches);
        matches.set(job, row?.matches ?? before.get(job.id) ?? false);
      }
      return jobs;
    },
    has: (job) => matches.get(job) ?? true,
  };
}

/** What a job is about and its tags stay; its error changes. */
function keyOf({ id, error }: JobRow): string {
  return `${id} ${error?.code} ${error?.message}`;
}
