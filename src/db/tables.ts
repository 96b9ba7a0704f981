import type { ColumnType, Generated, Kysely, Selectable, Transaction } from 'kysely';
import type { ApiKeyTable, SigningSecretTable } from '../access/identity/tables.ts';
import type { JobAttemptTable } from '../jobs/attempt-table.ts';
import type { JobError, JobRow, LogLevel } from '../jobs/job-row.ts';
import type {
  EventCursorTable,
  LeaseTable,
  QueueControlTable,
  WorkerTable,
} from '../queue/queue-tables.ts';

/** A jsonb column: read as a value, written as JSON text (node-postgres would make an SQL array of an array). */
type Json<T> = ColumnType<T, string, string>;
type CreatedAt = ColumnType<Date, never, never>;
/** Of a result: the database takes it from the job. */
type JobOwner = ColumnType<string, never, never>;

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

/** An entry of the ledger of ended jobs. */
interface JobTotalTable {
  type: string;
  state: string;
  jobs: string;
}

interface VideoTable {
  id: string;
  owner: string;
  title: string;
  path: string;
  /** By which it is known again; null for one that was registered twice before that was noticed. */
  key: Uint8Array | null;
  createdAt: CreatedAt;
}

interface PersonaTable {
  id: string;
  owner: string;
  name: string;
  role: string;
  informationNeed: string;
  key: Uint8Array | null;
  createdAt: CreatedAt;
}

/** What an owner has of videos and personas; the database counts. */
interface SubjectTotalTable {
  owner: string;
  subjects: ColumnType<string, never, never>;
  bytes: ColumnType<string, never, never>;
}

/** A part of a text that the model service wrote; joined, the parts are the text. */
export interface GlossPart {
  type: string;
  content: string;
}

export interface KeyFrame {
  frameNumber: number | null;
  /** Seconds from the start of the video. */
  timestamp: number;
  description: string;
  confidence: number | null;
}

interface VideoSummaryTable {
  id: string;
  /** Of a job that may be gone; so with the other results. */
  jobId: string;
  owner: JobOwner;
  videoId: string;
  personaId: string;
  gloss: Json<GlossPart[]>;
  visualAnalysis: string | null;
  audioTranscript: string | null;
  transcript: ColumnType<Record<string, unknown> | null, string | null, string | null>;
  keyFrames: Json<KeyFrame[]>;
  confidence: number | null;
  audioLanguage: string | null;
  speakerCount: number | null;
  audioModelUsed: string | null;
  visualModelUsed: string | null;
  fusionStrategy: string | null;
  processingTimeAudio: number | null;
  processingTimeVisual: number | null;
  processingTimeFusion: number | null;
  createdAt: CreatedAt;
}

interface ClaimExtractionTable {
  id: string;
  jobId: string;
  owner: JobOwner;
  summaryId: string;
  strategy: string;
  totalClaims: number;
  modelUsed: string | null;
  processingTime: number | null;
  createdAt: CreatedAt;
}

interface ClaimTable {
  id: string;
  extractionId: string;
  ordinal: number;
  parentId: string | null;
  text: string;
  confidence: number;
  claimType: string | null;
  sentenceIndex: number | null;
  charStart: number | null;
  charEnd: number | null;
}

interface ClaimSynthesisTable {
  id: string;
  jobId: string;
  owner: JobOwner;
  gloss: Json<GlossPart[]>;
  strategy: string;
  claimsUsed: number;
  /** Null where the model service cannot tell. */
  conflictsDetected: number | null;
  modelUsed: string | null;
  processingTime: number | null;
  createdAt: CreatedAt;
}

interface ClaimSynthesisSourceTable {
  synthesisId: string;
  ordinal: number;
  summaryId: string;
}

export interface Tables {
  job: JobTable;
  jobAttempt: JobAttemptTable;
  jobLog: JobLogTable;
  jobTotal: JobTotalTable;
  eventCursor: EventCursorTable;
  queueControl: QueueControlTable;
  worker: WorkerTable;
  lease: LeaseTable;
  video: VideoTable;
  persona: PersonaTable;
  subjectTotal: SubjectTotalTable;
  videoSummary: VideoSummaryTable;
  claimExtraction: ClaimExtractionTable;
  claim: ClaimTable;
  claimSynthesis: ClaimSynthesisTable;
  claimSynthesisSource: ClaimSynthesisSourceTable;
  apiKey: ApiKeyTable;
  signingSecret: SigningSecretTable;
}

export type Database = Kysely<Tables>;
export type DatabaseTransaction = Transaction<Tables>;

export type JobAttempt = Selectable<JobAttemptTable>;
export type JobLogEntry = Selectable<JobLogTable>;
export type WorkerProcess = Selectable<WorkerTable>;
export type Video = Selectable<VideoTable>;
export type Persona = Selectable<PersonaTable>;
export type Claim = Selectable<ClaimTable>;
