import { Suspense } from 'react';
import type { Job } from 'fovea-jobs-client';
import { Loading } from '../controls/notice.tsx';
import { createPart } from '../shell/part.ts';
import { NoResult } from './no-result.tsx';

// The player and all that goes with it is loaded when there is something to show.
const ResultBody = createPart(async () => (await import('./result-body.tsx')).ResultBody);

/** What a job has found, in the form that suits its type; until there is something, how far it is, or why there is nothing. */
export function ResultView({ job }: { job: Job }) {
  if (job.state !== 'COMPLETED') return <NoResult job={job} />;
  return (
    <Suspense fallback={<Loading />}>
      <ResultBody id={job.id} type={job.type} />
    </Suspense>
  );
}
