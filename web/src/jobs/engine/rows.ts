import type { JobRowFragment } from '../../api/generated/types.ts';

export type JobRow = JobRowFragment;

/** Jobs that have left a list and are remembered, so that an answer that was under way does not bring them back. */
const maxLeft = 10_000;

/** The jobs of a list, newest first, each in the newest version that is known of it. */
export interface Rows {
  /** The same array until a job comes or goes. The ids begin with the time at which the job was accepted. */
  readonly ids: readonly string[];
  /** Also one that has left lately, as it was when it left. */
  find: (id: string) => JobRow | undefined;
  has: (id: string) => boolean;
  /** Takes what a stream has sent, unless it is older than what is known. Says whether it was news. */
  receive: (job: JobRow, matches: boolean) => boolean;
  /** Takes what a query has found, unless the job has left since. Says whether it was news. */
  add: (job: JobRow) => boolean;
  /** It was deleted, or does not match any more. */
  remove: (id: string) => void;
}

export function createRows(): Rows {
  const rows = new Map<string, JobRow>();
  const left = new Map<string, JobRow>();
  /** In order; what is handed out is a copy, made when somebody asks after a change. */
  const order: string[] = [];
  let ids: readonly string[] | undefined;

  function remove(id: string): void {
    const job = rows.get(id);
    if (job) leave(job);
  }

  function leave(job: JobRow): void {
    left.delete(job.id);
    left.set(job.id, job);
    if (left.size > maxLeft) left.delete(left.keys().next().value!);
    if (!rows.delete(job.id)) return;
    order.splice(findPlace(order, job.id), 1);
    ids = undefined;
  }

  function put(job: JobRow): void {
    const isNew = !rows.has(job.id);
    rows.set(job.id, job);
    left.delete(job.id);
    if (!isNew) return;
    order.splice(findPlace(order, job.id), 0, job.id);
    ids = undefined;
  }

  function receive(job: JobRow, matches: boolean): boolean {
    const known = rows.get(job.id);
    const newest = known ?? left.get(job.id);
    if (newest && job.version < newest.version) return false;
    if (!matches) {
      leave(job);
      return known !== undefined;
    }
    // What has no version of its own, such as the place in the queue, may differ at the same version.
    if (known && isSame(known, job)) return false;
    put(job);
    return true;
  }

  return {
    get ids() {
      return (ids ??= order.slice());
    },
    find: (id) => rows.get(id) ?? left.get(id),
    has: (id) => rows.has(id),
    receive,
    add: (job) => (left.get(job.id)?.version ?? 0) < job.version && receive(job, true),
    remove,
  };
}

/** Where an id is in a list from the highest to the lowest, or would be. */
export function findPlace(ids: readonly string[], id: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[middle]! > id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The server gives the fields of a document always in the same order. */
function isSame(a: JobRow, b: JobRow): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
