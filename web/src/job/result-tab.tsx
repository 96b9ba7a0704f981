import type { Job } from 'fovea-jobs-client';
import { ResultView } from '../result/result-view.tsx';

/** What a job has found; until then how far it is, or why there is nothing. */
export function ResultTab({ job }: { job: Job }) {
  return <ResultView job={job} />;
}
