import DataLoader from 'dataloader';
import { listAttempts, maxAttempts } from '../jobs/attempts.ts';
import { listClaimTrees, listLatestExtractions } from '../subjects/claims/queries.ts';
import type { ClaimExtraction, ClaimTree } from '../subjects/claims/queries.ts';
import type { JobRow } from '../jobs/job-row.ts';
import type { LargeRow } from '../db/large-columns.ts';
import { listLogWindows } from '../jobs/logs.ts';
import { listPersonasById } from '../subjects/persona/queries.ts';
import { toPieces } from '../db/pieces.ts';
import { listPipelineJobs } from '../jobs/pipelines.ts';
import {
  listVideoSummariesById,
  listVideoSummariesOfVideos,
  maxSummaries,
} from '../subjects/summary/queries.ts';
import type { VideoSummary } from '../subjects/summary/queries.ts';
import { listSourceSummaries, maxSources } from '../subjects/synthesis/queries.ts';
import type { Database, JobAttempt, JobLogEntry } from '../db/tables.ts';
import type { Persona } from '../subjects/persona/table.ts';
import type { Video } from '../subjects/video/table.ts';
import { listVideosById, toVideoCursor } from '../subjects/video/queries.ts';
import type { Viewer } from '../db/viewer.ts';
import { jobDefinitions } from '../subjects/index.ts';
import { byKey, createLargeLoader, listsByKey, readPiecewise } from './piecewise.ts';
import type { LargeKey } from './piecewise.ts';

type VideoKey = Pick<Video, 'owner' | 'id'>;
type ExtractionKey = Pick<ClaimExtraction, 'id' | 'totalClaims'>;

/** Lines of a job's log that follow one. */
interface LogKey {
  jobId: string;
  after: number;
  first: number;
}

/** Rows of lists that one statement reads; a list that has more is read alone. */
const maxRows = 1_000;

/**
 * Joins the reads of one execution: a page of a hundred jobs costs few statements more than one job. Loaders remember what
 * they read, for one viewer: give each execution its own. They are made when they are first needed, as most executions need none.
 */
export class Loaders {
  readonly #db: Database;
  readonly #viewer: Viewer;
  #attempts: DataLoader<string, JobAttempt[]> | undefined;
  #logs: DataLoader<LogKey, JobLogEntry[], string> | undefined;
  #pipelineJobs: DataLoader<string, JobRow[]> | undefined;
  #results: Map<string, DataLoader<string, { id: string } | undefined>> | undefined;
  #videos: DataLoader<VideoKey, Video | undefined, string> | undefined;
  #personas: DataLoader<string, Persona | undefined> | undefined;
  #summaries: DataLoader<string, VideoSummary | undefined> | undefined;
  #summariesOfVideos: DataLoader<VideoKey, VideoSummary[], string> | undefined;
  #sourceSummaries: DataLoader<string, VideoSummary[]> | undefined;
  #latestExtractions: DataLoader<string, ClaimExtraction | undefined> | undefined;
  #claimTrees: DataLoader<ExtractionKey, ClaimTree[], string> | undefined;
  #ofSummaries: DataLoader<LargeKey<'videoSummary'>, LargeRow<'videoSummary'>, string> | undefined;
  #ofSyntheses:
    | DataLoader<LargeKey<'claimSynthesis'>, LargeRow<'claimSynthesis'>, string>
    | undefined;

  constructor(db: Database, viewer: Viewer) {
    this.#db = db;
    this.#viewer = viewer;
  }

  get attempts() {
    return (this.#attempts ??= listsByKey({
      list: (jobIds: readonly string[]) => listAttempts(this.#db, jobIds),
      nameOf: (jobId) => jobId,
      keyOf: ({ jobId }) => jobId,
      toPieces: (jobIds) => toPieces(jobIds, () => maxAttempts, maxRows),
    }));
  }

  get logs() {
    return (this.#logs ??= new DataLoader(
      async (keys: readonly LogKey[]) => {
        const bySize = [...Map.groupBy(keys, ({ first }) => first).values()];
        const pieces = bySize.flatMap((ofSize) => toPieces(ofSize, ({ first }) => first, maxRows));
        const lines = readPiecewise(pieces, async (piece) => {
          const read = await listLogWindows(this.#db, piece, piece[0]!.first);
          const byPlace = Map.groupBy(read, toPlace);
          return (key) => byPlace.get(toPlace(key)) ?? [];
        });
        return keys.map((key) => lines.get(key)!);
      },
      { cacheKeyFn: (key) => `${toPlace(key)}:${key.first}` },
    ));
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

  get summariesOfVideos() {
    return (this.#summariesOfVideos ??= listsByKey({
      list: (videos: readonly VideoKey[]) =>
        listVideoSummariesOfVideos(this.#db, this.#viewer, videos),
      nameOf: toVideoCursor,
      keyOf: ({ owner, videoId }) => toVideoCursor({ owner, id: videoId }),
      toPieces: (videos) => toPieces(videos, () => maxSummaries, maxRows),
    }));
  }

  /** What a synthesis was made of, by its id. */
  get sourceSummaries() {
    return (this.#sourceSummaries ??= listsByKey({
      list: (ids: readonly string[]) => listSourceSummaries(this.#db, this.#viewer, ids),
      nameOf: (id) => id,
      keyOf: ({ synthesisId }) => synthesisId,
      toPieces: (ids) => toPieces(ids, () => maxSources, maxRows),
    }));
  }

  get latestExtractions() {
    return (this.#latestExtractions ??= byKey(
      (ids) => listLatestExtractions(this.#db, this.#viewer, ids),
      (row) => row.summaryId,
    ));
  }

  get claimTrees() {
    return (this.#claimTrees ??= new DataLoader(
      async (keys: readonly ExtractionKey[]) => {
        const pieces = toPieces(keys, ({ totalClaims }) => totalClaims, maxRows);
        const trees = readPiecewise(pieces, async (piece) => {
          const ids = piece.map(({ id }) => id);
          const found = await listClaimTrees(this.#db, ids);
          return ({ id }) => found.get(id) ?? [];
        });
        return keys.map((key) => trees.get(key)!);
      },
      { cacheKeyFn: ({ id }) => id },
    ));
  }

  /** A column of a summary that may be large, in a row that has this column. */
  get ofSummaries() {
    return (this.#ofSummaries ??= createLargeLoader(this.#db, 'videoSummary'));
  }

  get ofSyntheses() {
    return (this.#ofSyntheses ??= createLargeLoader(this.#db, 'claimSynthesis'));
  }
}

function toPlace({ jobId, after }: Pick<LogKey, 'jobId' | 'after'>): string {
  return `${jobId}:${after}`;
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
