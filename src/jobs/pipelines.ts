import type { JobRow } from './rows/row.ts';
import { insertJob } from './rows/insert.ts';
import type { NewJob } from './rows/insert.ts';
import type { Database } from '../db/tables.ts';
import { asOwner, isVisibleTo } from '../db/viewer.ts';
import type { Viewer } from '../db/viewer.ts';
import { findJobByIdempotencyKey } from './rows/find.ts';
import type { JobSubmission } from './rows/find.ts';

/** Jobs that run one after the other: each begins when the one before it has completed. */
export interface Pipeline {
  id: string;
  jobs: JobRow[];
}

export type PipelineStep = Omit<NewJob, 'pipelineId' | 'waitsFor'>;

/** The jobs of a pipeline, each with the one that it waits for. The order is in the rows, so that no process has to remember it. */
export function toPipelineJobs(pipelineId: string, steps: readonly PipelineStep[]): NewJob[] {
  return steps.map((step, index) => ({ ...step, pipelineId, waitsFor: steps[index - 1]?.id }));
}

/**
 * Stores all jobs of a pipeline, or none. If the idempotency key of one of them was used before, it returns the earlier
 * pipeline.
 */
export async function insertPipeline(
  db: Database,
  pipelineId: string,
  steps: readonly PipelineStep[],
): Promise<{ pipeline: Pipeline; created: boolean }> {
  try {
    return await db.transaction().execute(async (trx) => {
      const jobs: JobRow[] = [];
      for (const step of toPipelineJobs(pipelineId, steps)) {
        const { job, created } = await insertJob(trx, step);
        if (!created) throw new KeyUsedError(job);
        jobs.push(job);
      }
      return { pipeline: { id: pipelineId, jobs }, created: true };
    });
  } catch (error) {
    if (!(error instanceof KeyUsedError)) throw error;
    return { pipeline: await getPipelineOf(db, error.earlier), created: false };
  }
}

/** Rolls back what was stored before the job whose idempotency key belongs to an earlier one. */
class KeyUsedError extends Error {
  override readonly name = 'KeyUsedError';
  readonly earlier: JobRow;

  constructor(earlier: JobRow) {
    super('the idempotency key was used before');
    this.earlier = earlier;
  }
}

/** The pipeline that was already submitted with the idempotency key of this job of it. */
export async function findPipelineByIdempotencyKey(
  db: Database,
  submission: JobSubmission,
): Promise<Pipeline | undefined> {
  const job = await findJobByIdempotencyKey(db, submission);
  return job && getPipelineOf(db, job);
}

/** The jobs of these pipelines that the viewer may see, in their order. */
export async function listPipelineJobs(
  db: Database,
  viewer: Viewer,
  pipelineIds: readonly string[],
): Promise<JobRow[]> {
  return db
    .selectFrom('job')
    .selectAll()
    .where('pipelineId', 'in', pipelineIds)
    .where(isVisibleTo(viewer, 'id'))
    .orderBy('id')
    .execute();
}

async function getPipelineOf(db: Database, job: JobRow): Promise<Pipeline> {
  if (!job.pipelineId) return { id: job.id, jobs: [job] };
  return { id: job.pipelineId, jobs: await listPipelineJobs(db, asOwner(job), [job.pipelineId]) };
}
