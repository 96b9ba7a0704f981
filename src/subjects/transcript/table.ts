import type { CreatedAt, JobOwner, Json } from '../../db/columns.ts';

export interface TranscriptTable {
  id: string;
  jobId: string;
  owner: JobOwner;
  videoId: string;
  language: string | null;
  durationSeconds: number | null;
  speakers: Json<string[]>;
  modelsUsed: Json<string[]>;
  segmentCount: number;
  createdAt: CreatedAt;
}

/** Consecutive segments of a transcript, as `parseSegments` reads them. */
interface TranscriptPartTable {
  transcriptId: string;
  /** Index of its first segment. */
  firstIndex: number;
  segments: Json<object[]>;
}

declare module '../../db/tables.ts' {
  interface Tables {
    transcript: TranscriptTable;
    transcriptPart: TranscriptPartTable;
  }
}
