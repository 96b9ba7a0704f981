import { ClaimsResult } from '../../api/generated/documents.ts';
import { useResult } from '../use-result.tsx';
import { ClaimsAlone, SummaryParts } from './summary-parts.tsx';

/** Claims, and the summary that makes them. */
export function ClaimsResultView({ id }: { id: string }) {
  const { result, job, notice } = useResult(ClaimsResult, id);
  if (!result) return notice;
  const { summary, claims } = result;
  if (!summary) return <ClaimsAlone jobId={id} video={job.subject.video} claims={claims} />;
  return <SummaryParts jobId={id} summary={summary} claims={claims} areClaimsFirst />;
}
