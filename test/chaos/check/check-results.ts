import type { JobRow } from '../../../src/jobs/rows/row.ts';
import type { ResultRecord, RunRecord, Violation } from '../record.ts';

const tables: Record<string, ResultRecord['table']> = {
  VIDEO_SUMMARIZATION: 'video_summary',
  CLAIM_EXTRACTION: 'claim_extraction',
  CLAIM_SYNTHESIS: 'claim_synthesis',
};

/** I4: a completed job has exactly one result, which is complete; other jobs have none, with the exceptions below. */
export function checkResults({ jobs, results }: RunRecord): Violation[] {
  const byJob = Map.groupBy(results, ({ jobId }) => jobId);
  const known = new Set(jobs.map(({ id }) => id));
  return [
    ...jobs.flatMap((job) => checkResultsOf(job, byJob.get(job.id) ?? [])),
    ...results
      .filter(({ jobId }) => !known.has(jobId))
      .map(({ table, id, jobId }) => ({
        rule: 'result has a job',
        subject: jobId,
        detail: `${table} ${id}`,
      })),
  ];
}

function checkResultsOf(job: JobRow, results: readonly ResultRecord[]): Violation[] {
  const say = (rule: string, detail: string): Violation => ({ rule, subject: job.id, detail });
  const violations: Violation[] = [];
  if (job.state === 'COMPLETED' && results.length !== 1) {
    violations.push(say('completed job has one result', `${results.length} results`));
  }
  if (job.state !== 'COMPLETED' && results.length > 0 && !mayHaveSaved(job)) {
    violations.push(say('no result without completion', `${job.state} ${job.error?.code ?? ''}`));
  }
  for (const { table, id, parts, expectedParts } of results) {
    if (table !== tables[job.type]) violations.push(say('result is of its type', table));
    if (id !== job.resultId) violations.push(say('result has its id', `${id} ${job.resultId}`));
    if (parts !== expectedParts) {
      violations.push(say('result is complete', `${parts} of ${expectedParts} parts`));
    }
  }
  return violations;
}

/** A result is saved before the queue learns of it. In between, the worker may die (STALLED), or the job be canceled. */
function mayHaveSaved({ state, error, cancelRequestedAt }: JobRow): boolean {
  if (state === 'CANCELED') return cancelRequestedAt !== null;
  return state === 'FAILED' && error?.code === 'STALLED';
}
