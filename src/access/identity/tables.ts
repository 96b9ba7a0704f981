import type { ColumnType } from 'kysely';

type CreatedAt = ColumnType<Date, never, never>;

export interface ApiKeyTable {
  id: string;
  owner: string;
  role: 'user' | 'operator';
  name: string | null;
  secretHash: Uint8Array;
  createdAt: CreatedAt;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

/** How often the tickets of a job were revoked. */
export interface TicketGenerationTable {
  jobId: string;
  generation: number;
}

/** Secrets that the processes sign with, named by what they sign. */
export interface SigningSecretTable {
  name: string;
  secret: Uint8Array;
  createdAt: CreatedAt;
}
