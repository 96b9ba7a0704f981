import type { Selectable } from 'kysely';
import type { CreatedAt, JobOwner } from '../../db/columns.ts';

export interface ClaimExtractionTable {
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

declare module '../../db/tables.ts' {
  interface Tables {
    claimExtraction: ClaimExtractionTable;
    claim: ClaimTable;
  }
}

export type Claim = Selectable<ClaimTable>;
