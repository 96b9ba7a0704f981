import type { JobRow } from './rows/row.ts';
import { insertJob } from './rows/insert.ts';
import type { NewJob } from './rows/insert.ts';
import type { Database } from '../db/tables.ts';
import { asOwner, isVisibleTo } from '../db/viewer.ts';
import type { Viewer } from '../db/viewer.ts';
import { findJobByIdempotencyKey } from './rows/find.ts';
import type { JobSubmission } from './rows/find.ts';

/** Jobs that follow each other: each begins when the one before has completed. */
export interface Pipeline {
  id: string;
  jobs: JobRow[];
}

export type PipelineStep = Omit<NewJob, 'pipelineId' | 'waitsFor'>;

/**
 * Stores all jobs of a pipeline, or none; the first may bring back an earlier pipeline by its idempotency key. What
 * follows what is in the rows from the beginning, so that nobody has to remember it.
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

/** The pipeline that the idempotency key of a new one's first job has made before. */
export async function findPipelineByIdempotencyKey(
  db: Database,
  first: JobSubmission,
): Promise<Pipeline | undefined> {
  const job = await findJobByIdempotencyKey(db, first);
  return job && getPipelineOf(db, job);
}

/** The viewer's jobs of each pipeline, in their order. */
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
