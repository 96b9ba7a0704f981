import type { ColumnType, Generated, Kysely, Selectable, Transaction } from 'kysely';
import type {
  ApiKeyTable,
  SigningSecretTable,
  TicketGenerationTable,
} from '../access/identity/tables.ts';
import type { JobAttemptTable } from '../jobs/attempts/table.ts';
import type { BatchChangeTable, BatchTable } from '../jobs/batches/table.ts';
import type { JobError, JobRow, LogLevel } from '../jobs/rows/row.ts';
import type {
  EstimatePromiseTable,
  EventCursorTable,
  LeaseTable,
  QueueControlTable,
  WorkerTable,
} from '../queue/tables.ts';
import type { Json } from './columns.ts';

type Defaulted = 'version' | 'eventEpoch' | 'progress' | 'round' | 'attempt' | 'createdAt';
type JsonColumn = 'input' | 'error';

type JobTable = Omit<JobRow, Defaulted | JsonColumn> & {
  [Column in Defaulted]: Generated<JobRow[Column]>;
} & {
  input: Json<JobRow['input']>;
  error: ColumnType<JobError | null, string | null, string | null>;
};

interface JobLogTable {
  jobId: string;
  sequence: number;
  attempt: number;
  level: LogLevel;
  message: string;
  at: Generated<Date>;
}

/** A change in the number of ended jobs of a type and state: entries are added up, and outlive the jobs. */
interface JobTotalTable {
  type: string;
  state: string;
  jobs: string;
}

/** The engine's tables. Each subject adds its own by declaration merging, in its table.ts. */
export interface Tables {
  job: JobTable;
  batch: BatchTable;
  batchChange: BatchChangeTable;
  jobAttempt: JobAttemptTable;
  jobLog: JobLogTable;
  jobTotal: JobTotalTable;
  estimatePromise: EstimatePromiseTable;
  eventCursor: EventCursorTable;
  queueControl: QueueControlTable;
  ticketGeneration: TicketGenerationTable;
  worker: WorkerTable;
  lease: LeaseTable;
  apiKey: ApiKeyTable;
  signingSecret: SigningSecretTable;
}

export type Database = Kysely<Tables>;
export type DatabaseTransaction = Transaction<Tables>;

export type JobAttempt = Selectable<JobAttemptTable>;
export type JobLogEntry = Selectable<JobLogTable>;
export type WorkerProcess = Selectable<WorkerTable>;
