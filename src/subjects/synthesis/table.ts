import type { CreatedAt, JobOwner, Json } from '../../db/columns.ts';
import type { GlossPart } from '../summary/table.ts';

/** A claim as it was when it was synthesized. */
export interface ConflictingClaim {
  claimId: string;
  text: string;
}

/** Claims that contradict each other, and why. */
export interface ClaimConflict {
  claims: [ConflictingClaim, ConflictingClaim];
  reason: string;
}

export interface ClaimSynthesisTable {
  id: string;
  jobId: string;
  owner: JobOwner;
  gloss: Json<GlossPart[]>;
  strategy: string;
  claimsUsed: number;
  /** Null where the model service cannot tell. */
  conflictsDetected: number | null;
  /** Those that the service has named. */
  conflicts: Json<ClaimConflict[]>;
  modelUsed: string | null;
  processingTime: number | null;
  createdAt: CreatedAt;
}

interface ClaimSynthesisSourceTable {
  synthesisId: string;
  ordinal: number;
  summaryId: string;
}

declare module '../../db/tables.ts' {
  interface Tables {
    claimSynthesis: ClaimSynthesisTable;
    claimSynthesisSource: ClaimSynthesisSourceTable;
  }
}
