import type { JobRow } from '../db/job-row.ts';
import { applyPositions } from '../db/positions.ts';
import type { Database } from '../db/tables.ts';

/** The places of watched jobs in their queues, as their watchers were told last. */
export interface WatchedPositions {
  /** To be called when somebody begins to watch a job: from now on its place is known. */
  note: (job: JobRow) => void;
  /** Makes new versions of those whose place has changed, in one statement; returns them. */
  look: (queued: ReadonlyMap<string, JobRow>) => Promise<JobRow[]>;
}

export function createWatchedPositions(
  db: Database,
  findPosition: (jobId: string) => Promise<number | undefined>,
): WatchedPositions {
  const known = new Map<string, number>();

  function note({ id, state }: JobRow): void {
    if (state !== 'QUEUED' || known.has(id)) return;
    findPosition(id).then(
      (position) => position !== undefined && known.set(id, position),
      () => undefined, // the next look asks again
    );
  }

  async function look(queued: ReadonlyMap<string, JobRow>): Promise<JobRow[]> {
    for (const id of known.keys()) if (!queued.has(id)) known.delete(id);
    for (const job of queued.values()) note(job);
    if (known.size === 0) return [];
    const changed = await applyPositions(
      db,
      [...known].map(([id, position]) => ({ id, position })),
    );
    for (const { id, position } of changed) if (position !== null) known.set(id, position);
    return changed;
  }

  return { note, look };
}
