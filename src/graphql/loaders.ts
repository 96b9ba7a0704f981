import DataLoader from 'dataloader';
import { listAttempts } from '../db/attempts.ts';
import { listClaimTrees, listLatestExtractions } from '../db/claims.ts';
import type { ClaimTree } from '../db/claims.ts';
import type { JobRow } from '../db/job-row.ts';
import { listPersonasById } from '../db/personas.ts';
import { listPipelineJobs } from '../db/pipelines.ts';
import { listVideoSummariesById } from '../db/summaries.ts';
import type {
  ClaimExtraction,
  Database,
  JobAttempt,
  Persona,
  Video,
  VideoSummary,
} from '../db/tables.ts';
import { listVideosById, toVideoCursor } from '../db/videos.ts';
import type { Viewer } from '../db/viewer.ts';
import { jobDefinitions } from '../jobs/index.ts';

type VideoKey = Pick<Video, 'owner' | 'id'>;

/**
 * Joins the reads of one execution: a page of a hundred jobs costs as many statements as one job. Loaders remember what
 * they read, for one viewer: give each execution its own. They are made when they are first needed, as most executions need none.
 */
export class Loaders {
  readonly #db: Database;
  readonly #viewer: Viewer;
  #attempts: DataLoader<string, JobAttempt[]> | undefined;
  #pipelineJobs: DataLoader<string, JobRow[]> | undefined;
  #results: Map<string, DataLoader<string, { id: string } | undefined>> | undefined;
  #videos: DataLoader<VideoKey, Video | undefined, string> | undefined;
  #personas: DataLoader<string, Persona | undefined> | undefined;
  #summaries: DataLoader<string, VideoSummary | undefined> | undefined;
  #latestExtractions: DataLoader<string, ClaimExtraction | undefined> | undefined;
  #claimTrees: DataLoader<string, ClaimTree[]> | undefined;

  constructor(db: Database, viewer: Viewer) {
    this.#db = db;
    this.#viewer = viewer;
  }

  get attempts() {
    return (this.#attempts ??= new DataLoader(async (jobIds) => {
      const byJob = Map.groupBy(await listAttempts(this.#db, jobIds), (attempt) => attempt.jobId);
      return jobIds.map((jobId) => byJob.get(jobId) ?? []);
    }));
  }

  get pipelineJobs() {
    return (this.#pipelineJobs ??= new DataLoader(async (pipelineIds) => {
      const jobs = await listPipelineJobs(this.#db, this.#viewer, pipelineIds);
      const byPipeline = Map.groupBy(jobs, (job) => job.pipelineId);
      return pipelineIds.map((pipelineId) => byPipeline.get(pipelineId) ?? []);
    }));
  }

  /** What a job of this type made, by the job's id. */
  results(type: string) {
    this.#results ??= createResultLoaders(this.#db, this.#viewer);
    return this.#results.get(type)!;
  }

  get videos() {
    return (this.#videos ??= new DataLoader(
      async (keys) => {
        const ids = [...new Set(keys.map(({ id }) => id))];
        const videos = await listVideosById(this.#db, this.#viewer, ids);
        const byRowKey = new Map(videos.map((video) => [toVideoCursor(video), video]));
        return keys.map((key) => byRowKey.get(toVideoCursor(key)));
      },
      { cacheKeyFn: toVideoCursor },
    ));
  }

  get personas() {
    return (this.#personas ??= byKey(
      (ids) => listPersonasById(this.#db, this.#viewer, ids),
      (persona) => persona.id,
    ));
  }

  get summaries() {
    return (this.#summaries ??= byKey(
      (ids) => listVideoSummariesById(this.#db, this.#viewer, ids),
      (summary) => summary.id,
    ));
  }

  get latestExtractions() {
    return (this.#latestExtractions ??= byKey(
      (ids) => listLatestExtractions(this.#db, this.#viewer, ids),
      (row) => row.summaryId,
    ));
  }

  get claimTrees() {
    return (this.#claimTrees ??= new DataLoader(async (ids) => {
      const trees = await listClaimTrees(this.#db, ids);
      return ids.map((id) => trees.get(id) ?? []);
    }));
  }
}

function createResultLoaders(db: Database, viewer: Viewer) {
  return new Map(
    jobDefinitions.map(({ type, result }) => [
      type,
      byKey(
        (jobIds) => result.listByJob(db, viewer, jobIds),
        (row) => row.jobId,
      ),
    ]),
  );
}

function byKey<Row>(
  list: (keys: readonly string[]) => Promise<Row[]>,
  keyOf: (row: Row) => string,
): DataLoader<string, Row | undefined> {
  return new DataLoader(async (keys) => {
    const byRowKey = new Map((await list(keys)).map((row) => [keyOf(row), row]));
    return keys.map((key) => byRowKey.get(key));
  });
}
