import { BatchUpdated } from '../generated/documents.ts';
import type { BatchFieldsFragment } from '../generated/types.ts';
import { createVersionedTopic } from './versioned.ts';

/** Whether all jobs of a batch have ended. */
export function isOver({ state }: BatchFieldsFragment): boolean {
  return state !== 'RUNNING';
}

/** Jobs that were started by one call, as one. */
export function createBatchTopic(id: string) {
  return createVersionedTopic<BatchFieldsFragment>(BatchUpdated, 'batchUpdated', id, isOver);
}
