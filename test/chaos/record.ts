import type { JobRow } from '../../src/jobs/rows/row.ts';

/** What is recorded of a run. The checks read nothing else, so that they can be tested with a record made up for them. */
export interface RunRecord {
  submissions: Submission[];
  /** The rows, read after everything has ended. */
  jobs: JobRow[];
  attempts: AttemptRecord[];
  results: ResultRecord[];
  calls: ModelCallRecord[];
  subscriptions: SubscriptionRecord[];
  dashboards: DashboardRecord[];
  processes: ProcessRecord[];
  /** When each fault was applied: errors that are logged meanwhile may be its consequences. */
  faults: FaultRecord[];
  /** Keys of the submissions whose jobs must fail. */
  expectedFailures: string[];
}

/** A piece of work that a client has submitted, and all answers to it: a client repeats it with the same key. */
export interface Submission {
  key: string;
  kind: WorkKind;
  answers: { api: string; jobIds: string[]; created: boolean }[];
  /** Answers without a job, other than lost connections. */
  refusals: string[];
}

export const workKinds = ['summarize', 'extract', 'synthesize', 'analyze'] as const;
export type WorkKind = (typeof workKinds)[number];

/** A stored result; it is complete if it has as many parts as expected. */
export interface ResultRecord {
  table: 'video_summary' | 'claim_extraction' | 'claim_synthesis';
  id: string;
  jobId: string;
  parts: number;
  expectedParts: number;
}

/** A failed attempt, and the code of its error. */
export interface AttemptRecord {
  jobId: string;
  number: number;
  code: string;
}

export interface ModelCallRecord {
  path: string;
  /** What identifies the job in the request: the video's id, the summary's, or the job's. */
  subject: string;
  startedAt: number;
  abortedAt: number | undefined;
}

export interface SubscriptionRecord {
  jobId: string;
  transport: 'sse' | 'websocket';
  /** In their order; each continues after the versions of the one before. */
  connections: ConnectionRecord[];
}

export interface ConnectionRecord {
  api: string;
  after: number | undefined;
  versions: VersionRecord[];
  /** `silence`: the client has closed it, as nothing arrived. */
  end: 'completed' | 'lost' | 'silence' | undefined;
}

export interface VersionRecord {
  version: number;
  state: JobRow['state'];
  attempt: number;
  progress: number;
}

/** A client that subscribes to all jobs while very many wait. */
export interface DashboardRecord {
  transport: 'sse' | 'websocket';
  /** Jobs that waited when it subscribed, and how many of them it received. */
  waiting: number;
  seen: number;
  /** Updates of the jobs that were submitted meanwhile, in their order. */
  updates: (VersionRecord & { jobId: string })[];
  /** The ids of those jobs. */
  jobIds: string[];
}

export interface ProcessRecord {
  name: string;
  output: string;
  /** Exit code or signal; undefined while it runs. */
  end: number | string | undefined;
  /** The signal that the run has sent to end it. */
  sent: string | undefined;
  /** It was started so that it cannot serve: it must say why in one line, and exit with 1. */
  mustFail: boolean;
  /** How far its clock is ahead of the others'. */
  clockOffsetMs: number;
  /** Its resources when it began to serve, and after all clients had disconnected; absent if not read. */
  before?: ResourceRecord | undefined;
  after?: ResourceRecord | undefined;
}

export interface ResourceRecord {
  /** Open files and sockets. */
  descriptors: number;
  /** Open connections and subscriptions of clients, by its own count. */
  connections: number;
  /** Whether it led all queues; a leader has connections that others have not. */
  leads: boolean;
}

export interface FaultRecord {
  /** One of `faults`. */
  name: string;
  startedAt: number;
  /** When the system worked again. */
  endedAt: number;
}

/** A broken rule, and the job or process that it is about. */
export interface Violation {
  rule: string;
  subject: string;
  detail: string;
}

/** The ids of all jobs in answers. */
export function acceptedJobIds(submissions: readonly Submission[]): Set<string> {
  return new Set(submissions.flatMap(({ answers }) => answers.flatMap(({ jobIds }) => jobIds)));
}
