import { jobRows, jobVersions } from '../../jobs/rows/find.ts';
import type { JobRow } from '../../jobs/rows/row.ts';
import { createResultReader } from './job-result.ts';
import { createPollApi } from './poll-api.ts';
import type { Caller, PollApi, PollApiOptions } from './poll-api.ts';

/** `GET /api/jobs/:id`. */
export function createJobApi(options: PollApiOptions): PollApi {
  const { live } = options.services;
  const readResult = createResultReader(options.execution);

  async function describe(job: JobRow, caller: Caller): Promise<object> {
    return {
      jobId: job.id,
      type: job.type,
      state: job.state.toLowerCase(),
      version: job.version,
      progress: job.progress,
      stage: job.stage,
      attempt: job.attempt,
      data: job.input,
      result: job.state === 'COMPLETED' ? await readResult(job, caller) : null,
      error: job.error?.message ?? null,
      errorCode: job.error?.code ?? null,
      createdAt: job.createdAt,
      startedAt: job.startedAt,
      completedAt: job.finishedAt,
    };
  }

  return createPollApi(options, {
    path: '/api/jobs/',
    noun: 'job',
    rows: jobRows,
    versions: jobVersions,
    watch: live.watchJob,
    describe,
  });
}
