import { JobUpdated } from '../generated/documents.ts';
import type { JobFieldsFragment, JobState } from '../generated/types.ts';
import { createVersionedTopic } from './versioned.ts';

const finalStates: readonly JobState[] = ['COMPLETED', 'FAILED', 'CANCELED', 'EXPIRED'];

/** Whether a job has ended. A stream that ends says nothing of that. */
export function isFinal({ state }: Pick<JobFieldsFragment, 'state'>): boolean {
  return finalStates.includes(state);
}

export function createJobTopic(id: string) {
  return createVersionedTopic<JobFieldsFragment>(JobUpdated, 'jobUpdated', id, isFinal);
}
