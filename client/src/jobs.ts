import type {
  BatchFieldsFragment,
  CancelJobMutation,
  JobFieldsFragment,
  JobFilter,
  JobResultQuery,
  LogFieldsFragment,
  QueueFieldsFragment,
  RetryJobMutation,
  Starts,
} from './generated/types.ts';
import type { JobOptions, Refusal, StartName } from './run/start-job.ts';
import type { KeyStorage } from './run/submissions.ts';
import type { Source } from './source.ts';
import type { JobList } from './topics/job-list.ts';
import type { JobLog } from './topics/log.ts';
import type { Topic } from './topics/topic.ts';
import type { WireStatus } from './wire/status.ts';
import type { TransportName } from './wire/transport.ts';

export type Job = JobFieldsFragment;
export type LogLine = LogFieldsFragment;
export type Queue = QueueFieldsFragment;
export type Batch = BatchFieldsFragment;
export type { JobFilter, JobList, JobLog, JobOptions, Refusal, StartName };

/** What a job of a mutation has made. */
export type Result<Name extends StartName = StartName> = NonNullable<
  Extract<JobResultQuery['job'], { __typename: Starts[Name]['job'] }>['result']
>;

export interface JobsOptions {
  /** Of `/graphql`, relative to the page. */
  url: string;
  /** Asked before every connection and request, and again when one has ended. */
  token?: string | (() => string | undefined | Promise<string | undefined>);
  /** The transports, in the order in which they are tried. */
  transports?: readonly TransportName[];
  /** So often the server is heard at least, in ms; a connection that is silent for 2.5 times as long is taken as dead. */
  pingMs?: number;
  /** So long a query or a mutation may take, in ms; 35 seconds. A mutation that starts a job is sent again then, and starts no second one. */
  timeoutMs?: number;
  fetch?: typeof fetch;
  WebSocket?: typeof WebSocket;
  /** Where submissions are remembered over a reload of the page. */
  storage?: KeyStorage;
}

export interface RunOptions extends Omit<JobOptions, 'idempotencyKey'> {
  /** Called with each version of the job. */
  onUpdate?: (job: Job) => void;
  /** Ends the watching, and rejects the result with its AbortError. The job goes on: `cancel` cancels it. */
  signal?: AbortSignal;
  /** Made and remembered if absent: the same input again is the same job until it has ended. `null`: always another job. */
  idempotencyKey?: string | null;
}

/** A job that was started, or the reason why it was not. */
export type Run<Name extends StartName> =
  | {
      id: string;
      job: Job;
      created: boolean;
      /** Rejects with JobEndedError if there is none. */
      result: Promise<Result<Name>>;
      cancel: () => Promise<CancelJobMutation['cancelJob']>;
      error?: never;
    }
  | {
      error: Refusal<Name>;
      id?: never;
      job?: never;
      created?: never;
      result?: never;
      cancel?: never;
    };

/** A client of one server. */
export interface Jobs extends Disposable {
  run: {
    [Name in StartName]: (input: Starts[Name]['input'], options?: RunOptions) => Promise<Run<Name>>;
  };
  /** The versions of a job, the newest first, until it has ended. */
  watch: (id: string, options?: WatchOptions) => AsyncGenerator<Job, void, undefined>;
  /** The jobs that match, as one list, whenever it changes. */
  watchAll: (
    filter?: JobFilter,
    options?: WatchOptions,
  ) => AsyncGenerator<JobList, void, undefined>;
  /** The lines of a job's log, without gaps, until it has ended. */
  logs: (id: string, options?: WatchOptions) => AsyncGenerator<LogLine, void, undefined>;
  /** The versions of a batch, the newest first, until all its jobs have ended. */
  batch: (id: string, options?: WatchOptions) => AsyncGenerator<Batch, void, undefined>;
  queues: (options?: WatchOptions) => AsyncGenerator<readonly Queue[], void, undefined>;
  /** What a job makes, once it has ended; rejects with JobEndedError if there is nothing. */
  result: (id: string, options?: WatchOptions) => Promise<Result>;
  cancel: (id: string) => Promise<CancelJobMutation['cancelJob']>;
  retry: (id: string) => Promise<RetryJobMutation['retryJob']>;
  /** Any query or mutation. Throws JobsError if the answer has errors. */
  request: <Data = Record<string, unknown>>(
    query: string,
    variables?: object,
    signal?: AbortSignal,
  ) => Promise<Data>;
  /** How the connection is. */
  wire: { get: () => WireStatus; subscribe: (listener: () => void) => () => void };
  /** For what renders: one subscription each, however many listen. */
  sources: {
    job: (id: string) => Source<Job | undefined>;
    jobs: (filter?: JobFilter) => Source<JobList>;
    logs: (id: string) => Source<JobLog>;
    batch: (id: string) => Source<Batch | undefined>;
    queues: () => Source<readonly Queue[] | undefined>;
    /** Something else, by a document of the page's own; shared by all who ask with the same key. */
    topic: <Value>(key: string, createTopic: () => Topic<Value>) => Source<Value>;
  };
  close: () => void;
}

export interface WatchOptions {
  signal?: AbortSignal;
}
