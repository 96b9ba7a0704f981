import { bytesPerSubject } from '../../config/limits.ts';
import { getSubjectTotal } from '../../subjects/subject-totals.ts';
import type { Database } from '../../db/tables.ts';
import type { Refusals } from './refusals.ts';

/** Only people can free space, so nobody knows when. */
const retryMs = 3_600_000;

/** How many videos and personas an owner may have, and how large they may be together. */
export interface SubjectBounds {
  /**
   * Call in the transaction that has stored one: throws RateLimitedError if the owner has too many now. Concurrent transactions
   * of one owner wait for each other, so the bound is exact.
   */
  check: (trx: Database, owner: string) => Promise<void>;
}

export function createSubjectBounds(
  limit: number | null,
  refusals: Pick<Refusals, 'subjects_per_owner' | 'subject_bytes_per_owner'>,
): SubjectBounds {
  if (limit === null) return { check: async () => undefined };
  return {
    check: async (trx, owner) => {
      const { subjects, bytes } = await getSubjectTotal(trx, owner);
      if (subjects > limit) throw refusals.subjects_per_owner(retryMs);
      if (bytes > limit * bytesPerSubject) throw refusals.subject_bytes_per_owner(retryMs);
    },
  };
}
