import { JobEndedError } from '../errors.ts';
import type { JobResultQuery } from '../generated/types.ts';
import type { Job, Jobs, Result, RunOptions } from '../jobs.ts';

export type WaitForResult = (
  id: string,
  options?: Pick<RunOptions, 'onUpdate' | 'signal'>,
) => Promise<Result>;

const load = () => import('../generated/result-documents.ts');

/** Waits for a job's end, then asks for what it has made. */
export function createWaitForResult(watch: Jobs['watch'], request: Jobs['request']): WaitForResult {
  return async (id, { onUpdate, signal } = {}) => {
    // It is there before the job has ended; what could not be loaded is tried again then.
    load().catch(() => undefined);
    let last: Job | undefined;
    for await (const job of watch(id, { signal })) {
      last = job;
      onUpdate?.(job);
    }
    if (last?.state !== 'COMPLETED') throw new JobEndedError(last!);
    const { JobResult } = await load();
    const { job } = await request<JobResultQuery>(JobResult, { id }, signal);
    return job!.result!;
  };
}

/** One promise for all who ask; an error is not kept. */
export function shareResults(waitForResult: WaitForResult): Jobs['result'] {
  const results = new Map<string, Promise<Result>>();
  return (id, { signal } = {}) => {
    if (signal) return waitForResult(id, { signal });
    let result = results.get(id);
    if (!result) {
      results.set(id, (result = waitForResult(id)));
      result.catch(() => results.delete(id));
    }
    return result;
  };
}
