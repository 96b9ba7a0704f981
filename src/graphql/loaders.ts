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
import { listVideosById } from '../db/videos.ts';
import { jobDefinitions } from '../jobs/index.ts';

/** Joins the reads of one execution: a page of a hundred jobs costs as many statements as one job. */
export interface Loaders {
  attempts: DataLoader<string, JobAttempt[]>;
  /** What a job of this type made, by the job's id. */
  results: (type: string) => DataLoader<string, { id: string } | undefined>;
  pipelineJobs: DataLoader<string, JobRow[]>;
  videos: DataLoader<string, Video | undefined>;
  personas: DataLoader<string, Persona | undefined>;
  summaries: DataLoader<string, VideoSummary | undefined>;
  latestExtractions: DataLoader<string, ClaimExtraction | undefined>;
  claimTrees: DataLoader<string, ClaimTree[]>;
}

/** Loaders that remember what they read; give each execution its own. They are made when they are first needed. */
export function createLoaders(db: Database): Loaders {
  return makeWhenNeeded<Loaders>({
    attempts: () =>
      new DataLoader(async (jobIds) => {
        const byJob = Map.groupBy(await listAttempts(db, jobIds), (attempt) => attempt.jobId);
        return jobIds.map((jobId) => byJob.get(jobId) ?? []);
      }),
    pipelineJobs: () =>
      new DataLoader(async (pipelineIds) => {
        const jobs = await listPipelineJobs(db, pipelineIds);
        const byPipeline = Map.groupBy(jobs, (job) => job.pipelineId);
        return pipelineIds.map((pipelineId) => byPipeline.get(pipelineId) ?? []);
      }),
    results: () => createResultLoaders(db),
    videos: () =>
      byKey(
        (ids) => listVideosById(db, ids),
        (video) => video.id,
      ),
    personas: () =>
      byKey(
        (ids) => listPersonasById(db, ids),
        (persona) => persona.id,
      ),
    summaries: () =>
      byKey(
        (ids) => listVideoSummariesById(db, ids),
        (summary) => summary.id,
      ),
    latestExtractions: () =>
      byKey(
        (ids) => listLatestExtractions(db, ids),
        (row) => row.summaryId,
      ),
    claimTrees: () =>
      new DataLoader(async (ids) => {
        const trees = await listClaimTrees(db, ids);
        return ids.map((id) => trees.get(id) ?? []);
      }),
  });
}

function createResultLoaders(db: Database): Loaders['results'] {
  const byType = new Map(
    jobDefinitions.map(({ type, result }) => [
      type,
      byKey(
        (jobIds) => result.listByJob(db, jobIds),
        (row) => row.jobId,
      ),
    ]),
  );
  return (type) => byType.get(type)!;
}

/** An object whose properties are made when they are first asked for. */
function makeWhenNeeded<Made extends object>(makers: {
  [Key in keyof Made]: () => Made[Key];
}): Made {
  const made = {} as Made;
  for (const key of Object.keys(makers) as (keyof Made)[]) {
    Object.defineProperty(made, key, {
      configurable: true,
      enumerable: true,
      get: () => {
        const value = makers[key]();
        Object.defineProperty(made, key, { value });
        return value;
      },
    });
  }
  return made;
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
