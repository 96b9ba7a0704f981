import type { JobFilter, Jobs } from 'fovea-jobs-client';
import { JobsError } from 'fovea-jobs-client';
import { CancelJobs, JobIds, RetryFailedJobs } from '../../api/generated/documents.ts';
import type { CancelJobsMutation, JobIdsQuery, JobState } from '../../api/generated/types.ts';

export type BulkKind = 'cancel' | 'retry';

/** The states of jobs that an action is for. */
export const bulkStates: Readonly<Record<BulkKind, readonly JobState[]>> = {
  cancel: ['QUEUED', 'DELAYED', 'ACTIVE'],
  retry: ['FAILED'],
};

export interface BulkProgress {
  /** Jobs that were asked for so far. */
  asked: number;
  changed: number;
}

const pageSize = 100;

/** The ids of the jobs that match, page by page. */
export async function* listIds(
  { request }: Pick<Jobs, 'request'>,
  filter: JobFilter,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  for (let after: string | null = null; ;) {
    const { jobs }: JobIdsQuery = await request<JobIdsQuery>(JobIds, { filter, after }, signal);
    if (jobs.edges.length > 0) yield jobs.edges.map(({ node }) => node.id);
    if (!jobs.pageInfo.hasNextPage) return;
    after = jobs.pageInfo.endCursor;
  }
}

/** Ids in pages that one call takes. */
export function* toPages(ids: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < ids.length; start += pageSize) {
    yield ids.slice(start, start + pageSize);
  }
}

/**
 * Cancels or retries jobs, each asked for once, and tells how far it is after each page. Those that have changed since they were listed
 * stay as they are. Waits where the server says that it is too much at once. Stops when aborted.
 */
export async function runBulk(
  client: Pick<Jobs, 'request'>,
  kind: BulkKind,
  pages: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: BulkProgress) => void },
): Promise<BulkProgress> {
  let progress: BulkProgress = { asked: 0, changed: 0 };
  try {
    for await (const ids of pages) {
      const changed = await changeAll(client, kind, ids, signal);
      progress = { asked: progress.asked + ids.length, changed: progress.changed + changed };
      onProgress(progress);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return progress;
}

async function changeAll(
  client: Pick<Jobs, 'request'>,
  kind: BulkKind,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  let changed = 0;
  for (;;) {
    signal.throwIfAborted();
    const outcome = await change(client, kind, { ids, states: bulkStates[kind] }, signal);
    if (typeof outcome === 'number') {
      await pause(outcome, signal);
      continue;
    }
    changed += outcome.changed;
    // A rate limit may have ended the call before all were asked for.
    if (!outcome.hasMore || outcome.changed === 0) return Math.min(changed, ids.length);
  }
}

/** The outcome, or after how many ms to try again. */
async function change(
  { request }: Pick<Jobs, 'request'>,
  kind: BulkKind,
  filter: JobFilter,
  signal: AbortSignal,
): Promise<CancelJobsMutation['cancelJobs'] | number> {
  try {
    const document = kind === 'cancel' ? CancelJobs : RetryFailedJobs;
    const data = await request<Record<string, CancelJobsMutation['cancelJobs']>>(
      document,
      { filter },
      signal,
    );
    return Object.values(data)[0]!;
  } catch (error) {
    if (error instanceof JobsError && error.code === 'RATE_LIMITED') {
      return error.retryAfterMs ?? 1_000;
    }
    throw error;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}
