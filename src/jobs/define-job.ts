import type { RawBuilder } from 'kysely';
import type { z } from 'zod';
import type { JobPriority, LogLevel } from './rows/row.ts';
import type { OwnedReaders } from '../db/owned-reader.ts';
import type { Database, DatabaseTransaction, Tables } from '../db/tables.ts';
import type { Viewer } from '../db/viewer.ts';
import type { EndpointCalls, Endpoints, ModelCall } from '../model-service/client.ts';

/** What the queue does with jobs of a type. */
export interface JobSettings {
  /** Runs at most, the first included. */
  attempts: number;
  /** Wait before the second run; it doubles with each further one. */
  backoffMs: number;
  /** Jobs at once in one worker process. */
  concurrency: number;
  /** Jobs a minute for the whole queue; null where nothing limits it. */
  ratePerMinute: number | null;
  /** Jobs of one owner at once in the whole queue; null where nothing limits them. */
  perOwner: number | null;
  /** A run that takes longer is aborted. */
  deadlineMs: number;
}

/** The settings that hold unless the environment says otherwise, and what no environment changes. */
export interface JobDefaults extends Omit<JobSettings, 'perOwner'> {
  priority: JobPriority;
  /** Estimate of a run, until enough of them have been measured. */
  expectedDurationMs: number;
}

/** A part of the bar that one call of the model service fills. */
export interface Span {
  /** Progress when it begins and when it ends, 0 to 100. */
  from: number;
  to: number;
  stage: string;
}

/** All that a job may touch. */
export interface JobContext<Input, Called extends Endpoints = Endpoints> {
  jobId: string;
  /** The id that what it makes is to have. */
  resultId: string;
  /** As whom it reads: its owner. */
  viewer: Viewer;
  attempt: number;
  input: Input;
  db: Database;
  /** Calls the endpoints that the job type names. */
  modelService: EndpointCalls<Called>;
  /** Aborted when the job must stop: its deadline, the worker's shutdown, or a lost lock. */
  signal: AbortSignal;
  /** Says how far the job is (0 to 100) and what it does. Returns at once; the newest report wins. */
  report: (progress: number, stage: string) => void;
  log: (level: LogLevel, message: string) => void;
  /** Calls the model service, and moves the bar while it works. */
  during: <Answer>(span: Span, call: (call: ModelCall) => Promise<Answer>) => Promise<Answer>;
  /** Writes the results in one transaction, or nothing if this attempt is no longer the newest. */
  save: (write: (trx: DatabaseTransaction) => Promise<void>) => Promise<void>;
}

/** What jobs of a type make: a row of a table with `id`, `job_id`, `owner` and `created_at`. */
export interface JobResult {
  /** Its GraphQL type; REST shows the plain fields of it. */
  type: string;
  table: keyof Tables;
  /** What these jobs have made: rows of the type above, each with the id of its job. */
  listByJob: (
    db: Database,
    viewer: Viewer,
    jobIds: readonly string[],
  ) => Promise<{ id: string; jobId: string }[]>;
  /** The results that it is made of, by the column that names them: they are kept as long as it is. */
  madeOf?: { result: keyof Tables; table: keyof Tables; column: string };
  /** When the row `result` may be deleted as far as jobs are concerned that have not ended; always if absent. */
  isFree?: RawBuilder<boolean>;
}

export interface JobDefinition<
  Input extends z.ZodObject = z.ZodObject,
  Called extends Endpoints = Endpoints,
> {
  /** In capitals, as in the API's JobType; queue, metrics label and GraphQL type names derive from it. */
  type: string;
  /** The mutation that starts it: a verb phrase in camelCase. */
  mutation: string;
  /** What it does, in one sentence of the API's documentation. */
  description: string;
  /** Parsed when a job is submitted and again when it runs. */
  input: Input;
  defaults: JobDefaults;
  /** Throws NotFoundError or ValidationError when what the input names is not there for this viewer. */
  checkInput: (readers: OwnedReaders, viewer: Viewer, input: z.output<Input>) => Promise<void>;
  /** What it asks of the model service. */
  endpoints: Called;
  result: JobResult;
  process: (context: JobContext<z.output<Input>, Called>) => Promise<void>;
}

/** A job type: what it takes, what it makes, how it is retried, and its work. */
export function defineJob<Input extends z.ZodObject, Called extends Endpoints>(
  definition: JobDefinition<Input, Called>,
): JobDefinition<Input, Called> {
  return definition;
}

/** `VIDEO_SUMMARIZATION` as its queue is called: `video-summarization`. */
export function queueName(definition: Pick<JobDefinition, 'type'>): string {
  return definition.type.toLowerCase().replaceAll('_', '-');
}

/** `VIDEO_SUMMARIZATION` as GraphQL names types: `VideoSummarization`. */
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
