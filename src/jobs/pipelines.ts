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

/**
 * Stores all jobs of a pipeline, or none. If the first job's idempotency key was used before, it returns the earlier
 * pipeline. The order of the jobs is stored in their rows at once, so that no process has to remember it.
 */
export async function insertPipeline(
  db: Database,
  pipelineId: string,
  [first, ...followers]: readonly [PipelineStep, ...PipelineStep[]],
): Promise<{ pipeline: Pipeline; created: boolean }> {
  return db.transaction().execute(async (trx) => {
    const { job, created } = await insertJob(trx, { ...first, pipelineId });
    if (!created) return { pipeline: await getPipelineOf(trx, job), created };
    const jobs = [job];
    for (const follower of followers) {
      const waitsFor = jobs.at(-1)!.id;
      const inserted = await insertJob(trx, { ...follower, pipelineId, waitsFor });
      jobs.push(inserted.job);
    }
    return { pipeline: { id: pipelineId, jobs }, created };
  });
}

/** The pipeline that was already submitted with the idempotency key of this first job. */
export async function findPipelineByIdempotencyKey(
  db: Database,
  first: JobSubmission,
): Promise<Pipeline | undefined> {
  const job = await findJobByIdempotencyKey(db, first);
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
