import type { ColumnType, Generated } from 'kysely';
import { z } from 'zod';
import type { Json } from '../../db/columns.ts';
import { jobStates } from '../rows/row.ts';

/** `PARTIAL`: it has ended, and its jobs have ended differently, or expired. */
export const batchStates = ['RUNNING', 'COMPLETED', 'PARTIAL', 'FAILED', 'CANCELED'] as const;
export type BatchState = (typeof batchStates)[number];

const time = z.coerce.date();

/** A batch as it is read, published, and passed to resolvers. Parsed when it comes from the broker. */
export const batchRowSchema = z.object({
  id: z.uuid(),
  owner: z.string(),
  name: z.string().nullable(),
  state: z.enum(batchStates),
  version: z.int(),
  /** The mean of its jobs' progress, rounded down. */
  progress: z.int(),
  /** How many of its jobs are in which state, without those of which there are none. */
  counts: z.partialRecord(z.enum(jobStates), z.int()),
  createdAt: time,
  completedAt: time.nullable(),
});
export type BatchRow = z.output<typeof batchRowSchema>;

/** The columns of a `BatchRow`. */
export const batchColumns = [
  'id',
  'owner',
  'name',
  'state',
  'version',
  'progress',
  'counts',
  'createdAt',
  'completedAt',
] as const satisfies readonly (keyof BatchRow)[];

export type BatchTable = Omit<BatchRow, 'version' | 'progress' | 'counts' | 'createdAt'> & {
  version: Generated<number>;
  progress: Generated<number>;
  counts: Json<BatchRow['counts']>;
  createdAt: Generated<Date>;
  /** How many jobs it was started with. */
  jobs: number;
  idempotencyKey: string | null;
  /** Tells whether a call with the same idempotency key has the same input. */
  inputHash: string;
};

/** Batches that must be counted again; a batch may have any number of entries. */
export interface BatchChangeTable {
  batchId: ColumnType<string, string, never>;
}

export function isOver({ state }: Pick<BatchRow, 'state'>): boolean {
  return state !== 'RUNNING';
}
