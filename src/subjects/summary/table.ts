import type { ColumnType } from 'kysely';
import type { CreatedAt, JobOwner, Json } from '../../db/columns.ts';

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

export interface VideoSummaryTable {
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

declare module '../../db/tables.ts' {
  interface Tables {
    videoSummary: VideoSummaryTable;
  }
}
