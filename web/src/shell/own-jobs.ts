import type { JobFilter } from 'fovea-jobs-client';
import { useMemo } from 'react';
import { useViewer } from '../session/viewer.tsx';

/** The jobs of the viewer that run now: as many as workers take, however many wait. Null for a ticket, which has no list. */
export function useOwnActiveFilter(): JobFilter | null {
  const { owner, role } = useViewer();
  return useMemo(() => {
    if (role === 'TICKET') return null;
    // Operators see the jobs of all.
    return { states: ['ACTIVE'], ...(role === 'OPERATOR' && owner ? { owner } : {}) };
  }, [owner, role]);
}
