import type { RawBuilder } from 'kysely';
import type { z } from 'zod';
import type { JobPriority, LogLevel } from './rows/row.ts';
import type { OwnedReaders } from '../db/owned-reader.ts';
import type { Database, DatabaseTransaction, Tables } from '../db/tables.ts';
import type { Viewer } from '../db/viewer.ts';
import type { EndpointCalls, Endpoints, ModelCall } from '../model-service/client.ts';

/** How the queue runs jobs of a type. */
export interface JobSettings {
  /** Attempts at most, including the first. */
  attempts: number;
  /** Wait before the second attempt; it doubles with each further one. */
  backoffMs: number;
  /** Jobs that one worker process runs at the same time. */
  concurrency: number;
  /** Jobs per minute for the whole queue; null for no limit. */
  ratePerMinute: number | null;
  /** Jobs of one owner in the whole queue at once; null without a limit. */
  perOwner: number | null;
  /** A job that takes longer is aborted. */
  deadlineMs: number;
}

/** The settings' defaults, which the environment may override, and what it cannot change. */
export interface JobDefaults extends Omit<JobSettings, 'perOwner'> {
  priority: JobPriority;
  /** Expected duration of a run, until enough runs have been measured. */
  expectedDurationMs: number;
}

/** The part of the progress bar that one call of the model service fills. */
export interface Span {
  /** Progress when it begins and when it ends, 0 to 100. */
  from: number;
  to: number;
  stage: string;
}

/** All that a job may use. */
export interface JobContext<Input, Called extends Endpoints = Endpoints> {
  jobId: string;
  /** The id that its result must have. */
  resultId: string;
  /** The job's owner, with whose rights it reads. */
  viewer: Viewer;
  attempt: number;
  input: Input;
  db: Database;
  /** Calls the endpoints that the job type declares. */
  modelService: EndpointCalls<Called>;
  /** Aborted when the job must stop: at its deadline, or because of a cancellation, a shutdown, or a lost lock. */
  signal: AbortSignal;
  /** Reports the progress (0 to 100) and the stage. Returns at once; only the newest report is sent. */
  report: (progress: number, stage: string) => void;
  log: (level: LogLevel, message: string) => void;
  /** Calls the model service, and reports progress within the span meanwhile. */
  during: <Answer>(span: Span, call: (call: ModelCall) => Promise<Answer>) => Promise<Answer>;
  /**
   * Stores the results, or a part of the work for the next attempt, in one transaction; nothing, and it throws, if this attempt
   * is no longer the newest.
   */
  save: (write: (trx: DatabaseTransaction) => Promise<void>) => Promise<void>;
}

/** What users register for jobs to work on. */
export type SubjectName = 'video' | 'persona';

/** The result of jobs of a type: a row of a table with `id`, `job_id`, `owner` and `created_at`. */
export interface JobResult {
  /** Its GraphQL type; REST shows the scalar fields of it. */
  type: string;
  table: keyof Tables;
  /** The results of these jobs: rows of the GraphQL type, each with the id of its job. */
  listByJob: (
    db: Database,
    viewer: Viewer,
    jobIds: readonly string[],
  ) => Promise<{ id: string; jobId: string }[]>;
  /**
   * The results that it is made of, and the column that refers to them: they are kept as long as this result is. `of` is the
   * column of this result's id, if the table is not its own.
   */
  madeOf?: { result: keyof Tables; table: keyof Tables; column: string; of?: string };
  /** What it is about, by its columns `video_id` and `persona_id`: it is deleted with that. */
  about?: readonly SubjectName[];
  /** Whether no unfinished job needs the row `result`, so that it may be deleted; true if absent. */
  isFree?: RawBuilder<boolean>;
}

export interface JobDefinition<
  Input extends z.ZodObject = z.ZodObject,
  Called extends Endpoints = Endpoints,
> {
  /** In upper case, as in the API's JobType; the names of queue, metrics labels and GraphQL types derive from it. */
  type: string;
  /** The mutation that starts it: a verb phrase in camelCase. */
  mutation: string;
  /** One sentence for the API's documentation. */
  description: string;
  /** Parsed when a job is submitted and again when it runs. */
  input: Input;
  defaults: JobDefaults;
  /** Throws NotFoundError or ValidationError if the viewer may not see what the input refers to. */
  checkInput: (readers: OwnedReaders, viewer: Viewer, input: z.output<Input>) => Promise<void>;
  /** The endpoints of the model service that it calls. */
  endpoints: Called;
  result: JobResult;
  process: (context: JobContext<z.output<Input>, Called>) => Promise<void>;
}

/** Defines a job type: its input, result, retry policy and work. */
export function defineJob<Input extends z.ZodObject, Called extends Endpoints>(
  definition: JobDefinition<Input, Called>,
): JobDefinition<Input, Called> {
  return definition;
}

/** The name of a type's queue: `video-summarization` for `VIDEO_SUMMARIZATION`. */
export function queueName(definition: Pick<JobDefinition, 'type'>): string {
  return definition.type.toLowerCase().replaceAll('_', '-');
}

/** The name of a type in GraphQL: `VideoSummarization` for `VIDEO_SUMMARIZATION`. */
export function pascalName(definition: Pick<JobDefinition, 'type'>): string {
  return definition.type
    .split('_')
    .map((word) => word[0] + word.slice(1).toLowerCase())
    .join('');
}

/** The endpoints that jobs of these types call, each once. */
export function listEndpoints(definitions: readonly Pick<JobDefinition, 'endpoints'>[]) {
  return [...new Set(definitions.flatMap(({ endpoints }) => Object.values(endpoints)))];
}
