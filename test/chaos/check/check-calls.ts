import type { JobRow } from '../../../src/jobs/rows/row.ts';
import type { RunRecord, Violation } from '../record.ts';

/** Node rounds to milliseconds where Postgres keeps microseconds. */
const roundingMs = 1;

/** The model service is asked only for jobs that exist, and for none that is final. */
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

/** What a request for this job names: each video and each summary is the subject of one job only. */
function subjectOf({ id, type, input }: Pick<JobRow, 'id' | 'type' | 'input'>): string {
  if (type === 'VIDEO_SUMMARIZATION') return String(input['videoId']);
  return type === 'CLAIM_EXTRACTION' ? String(input['summaryId']) : id;
}
