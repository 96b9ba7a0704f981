import type { JobRow } from '../../src/jobs/rows/row.ts';

/** What a run leaves for the checker: plain values, so that it can be checked again, and doctored to test the checker. */
export interface RunRecord {
  submissions: Submission[];
  /** The rows, read once everything had ended. */
  jobs: JobRow[];
  attempts: AttemptRecord[];
  results: ResultRecord[];
  calls: ModelCallRecord[];
  subscriptions: SubscriptionRecord[];
  dashboards: DashboardRecord[];
  processes: ProcessRecord[];
  /** When which fault was applied: what is logged meanwhile may be its consequence. */
  faults: FaultRecord[];
  /** Keys of the submissions whose jobs are to fail. */
  atFault: string[];
}

/** One unit of work that a client wanted, and all answers that it got by the same key. */
export interface Submission {
  key: string;
  kind: WorkKind;
  answers: { api: string; jobIds: string[]; created: boolean }[];
  /** Answers that are no loss of a connection, and no job either. */
  refusals: string[];
}

export const workKinds = ['summarize', 'extract', 'synthesize', 'analyze'] as const;
export type WorkKind = (typeof workKinds)[number];

/** A stored result; complete when it has as many parts as it says. */
export interface ResultRecord {
  table: 'video_summary' | 'claim_extraction' | 'claim_synthesis';
  id: string;
  jobId: string;
  parts: number;
  expectedParts: number;
}

/** An attempt that failed, and the code of what failed. */
export interface AttemptRecord {
  jobId: string;
  number: number;
  code: string;
}

export interface ModelCallRecord {
  path: string;
  /** What in the request tells its job: a video, a summary, or the job itself. */
  subject: string;
  startedAt: number;
  abortedAt: number | undefined;
}

export interface SubscriptionRecord {
  jobId: string;
  transport: 'sse' | 'websocket';
  /** In their order; each goes on after the versions of those before. */
  connections: ConnectionRecord[];
}

export interface ConnectionRecord {
  api: string;
  after: number | undefined;
  versions: VersionRecord[];
  /** `silence`: the client gave it up, as nothing came. */
  end: 'completed' | 'lost' | 'silence' | undefined;
}

export interface VersionRecord {
  version: number;
  state: JobRow['state'];
  attempt: number;
  progress: number;
}

/** A client that watches all jobs while very many wait. */
export interface DashboardRecord {
  transport: 'sse' | 'websocket';
  /** Jobs that waited when it subscribed, and how many of them it was told of. */
  waiting: number;
  seen: number;
  /** What it was told of the jobs that were submitted while it watched, in order. */
  updates: (VersionRecord & { jobId: string })[];
  /** Those jobs. */
  jobIds: string[];
}

export interface ProcessRecord {
  name: string;
  output: string;
  /** Exit code or signal; undefined while it lives. */
  end: number | string | undefined;
  /** The signal that the run sent to end it. */
  sent: string | undefined;
  /** It was started so that it cannot serve: it is to say why in one line, and to end with 1. */
  isInVain: boolean;
  /** How much its clock is ahead of the others'. */
  clockOffsetMs: number;
  /** What it held when it began to serve, and when all clients had left; absent where nobody looked. */
  before?: ResourceRecord | undefined;
  after?: ResourceRecord | undefined;
}

export interface ResourceRecord {
  /** Open files and sockets. */
  descriptors: number;
  /** Connections and subscriptions of clients that it counts as open. */
  places: number;
}

export interface FaultRecord {
  name: FaultName;
  startedAt: number;
  /** When the system was seen to work again. */
  endedAt: number;
}

export const faultNames = [
  'kill-worker',
  'kill-api',
  'kill-lease-holder',
  'terminate-worker',
  'zombie-worker',
  'restart-redis',
  'flush-redis',
  'flush-canceled',
  'pause-redis',
  'demoted-redis',
  'redis-behind',
  'restart-postgres',
  'read-only-postgres',
  'silent-postgres',
  'skewed-worker',
  'skewed-api',
  'stalled-readers',
  'pipelined-requests',
  'refused-upgrades',
  'start-in-vain',
] as const;
export type FaultName = (typeof faultNames)[number];

/** What is broken, and of which job or process. */
export interface Violation {
  rule: string;
  subject: string;
  detail: string;
}

/** Every job that some answer promised. */
export function acceptedJobIds(submissions: readonly Submission[]): Set<string> {
  return new Set(submissions.flatMap(({ answers }) => answers.flatMap(({ jobIds }) => jobIds)));
}
