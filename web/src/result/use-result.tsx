import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Loading, Problem } from '../controls/notice.tsx';
import { DeletedResult } from './no-result.tsx';
import { useJobRead } from './read-job.ts';
import type { JobDocument } from './read-job.ts';

/** Reads a job with its result, and what to show while there is none. */
export function useResult<JobWithResult extends { readonly result: object | null }>(
  document: JobDocument<{ readonly job: JobWithResult | Record<PropertyKey, never> | null }>,
  id: string,
):
  | { result: NonNullable<JobWithResult['result']>; job: JobWithResult; notice?: never }
  | { result?: never; job?: never; notice: ReactNode } {
  const read = useJobRead(document);
  const [{ data, error }, setAnswer] = useState<{
    data?: { readonly job: JobWithResult | Record<PropertyKey, never> | null };
    error?: Error;
  }>({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    void (async () => {
      const answer = await read({ id }, controller.signal).then(
        (it) => ({ data: it }),
        (error_: Error) => ({ error: error_ }),
      );
      if (!controller.signal.aborted) setAnswer(answer);
    })();
    return () => controller.abort();
  }, [read, id, round]);
  if (error) return { notice: <Problem error={error} onRetry={() => setRound(round + 1)} /> };
  if (!data) return { notice: <Loading /> };
  const job = data.job as JobWithResult | null;
  if (!job?.result) return { notice: <DeletedResult /> };
  return { result: job.result, job };
}
