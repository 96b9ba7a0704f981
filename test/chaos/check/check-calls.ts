import type { JobRow } from '../../../src/jobs/rows/row.ts';
import type { RunRecord, Violation } from '../record.ts';

/** Node rounds to milliseconds where Postgres keeps microseconds. */
const roundingMs = 1;

/** The model service is called only for jobs that exist, and that are not final. */
export function checkCalls({ jobs, calls }: RunRecord): Violation[] {
  const bySubject = new Map(jobs.map((job) => [subjectOf(job), job]));
  return calls.flatMap(({ path, subject, startedAt }): Violation[] => {
    const job = bySubject.get(subject);
    if (!job) return [{ rule: 'call is for a job', subject, detail: path }];
    const lateMs = startedAt - (job.finishedAt?.getTime() ?? Infinity);
    if (lateMs <= roundingMs) return [];
    const detail = `${path} ${lateMs} ms after it was ${job.state}`;
    return [{ rule: 'no call for a final job', subject: job.id, detail }];
  });
}

/** What identifies this job in a request: each video and each summary belongs to one job. */
function subjectOf({ id, type, input }: Pick<JobRow, 'id' | 'type' | 'input'>): string {
  if (type === 'VIDEO_SUMMARIZATION') return String(input['videoId']);
  return type === 'CLAIM_EXTRACTION' ? String(input['summaryId']) : id;
}
