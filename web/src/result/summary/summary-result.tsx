import { SummaryResult } from '../../api/generated/documents.ts';
import { useResult } from '../use-result.tsx';
import { SummaryParts } from './summary-parts.tsx';

/** A summary; its claims, once a job has found them. */
export function SummaryResultView({ id }: { id: string }) {
  const { result, notice } = useResult(SummaryResult, id);
  if (!result) return notice;
  return <SummaryParts jobId={id} summary={result} claims={result.claims} />;
}
