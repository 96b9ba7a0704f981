import type { Emitter } from '../platform/emitter.ts';
import type { JobRow } from './rows/row.ts';

/** How an attempt ended: `postponed` could not begin, `handed_back` was stopped by its worker's shutdown. */
export type AttemptOutcome = 'completed' | 'failed' | 'canceled' | 'handed_back' | 'postponed';

/** What happens in this process. Metrics and some log lines listen to it; no job depends on it. */
export interface EngineEvents {
  /** Changed rows, each emitted once, by the process that changed it. */
  jobsChanged: readonly JobRow[];
  /** `startedAt` is by the database's clock. */
  attemptStarted: { job: JobRow; attempt: number; startedAt: Date };
  /** `code` says what failed. */
  attemptEnded: { type: string; outcome: AttemptOutcome; code?: string };
  /** An attempt failed with this code, and another one follows. */
  retryScheduled: { type: string; code: string };
  jobStalled: { type: string };
  /** An attempt that had lost its job tried to write. */
  writeRefused: { type: string };
  workerStarted: { type: string; concurrency: number };
  /** A worker began or ended a job; `running` is how many it runs now. */
  workerLoadChanged: { type: string; running: number };
  modelServiceCalled: { endpoint: string; outcome: string; seconds: number };
  /** This process has begun or ceased to lead. */
  leadershipChanged: { isLeading: boolean };
  bridgeStarted: { type: string };
  bridgeEnded: { type: string };
  /** A bridge has read a batch of events; `oldestAt` is the time of the first of them, in ms since 1970. */
  batchRead: { type: string; oldestAt: number };
  /** A bridge has applied this many events to the rows. */
  batchApplied: { type: string; events: number };
  /** The reconciler corrected rows, or enqueued jobs again that their queue had lost. */
  rowsRepaired: { type: string; rows: number; entries: number };
  /** Retention deleted this many jobs. */
  jobsDeleted: { type: string; jobs: number };
  /** A GraphQL operation was answered, or a subscription began. */
  operationAnswered: { operation: string; isOk: boolean; seconds: number };
  /** A caller asked for more than a limit allows. */
  limitExceeded: { limit: string };
}

export type EngineEmitter = Emitter<EngineEvents>;
