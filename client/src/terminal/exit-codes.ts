import type { Job } from '../jobs.ts';

/** Those above 63 as in sysexits.h, and that of shells for Ctrl+C. */
export const exitCodes = {
  completed: 0,
  failed: 1,
  canceled: 2,
  misunderstood: 64,
  unavailable: 69,
  denied: 77,
  interrupted: 130,
};

/** Says how jobs have ended: of several, the worst. */
export function toExitCode(jobs: readonly Job[]): number {
  const states = new Set(jobs.map(({ state }) => state));
  if (states.has('FAILED')) return exitCodes.failed;
  states.delete('COMPLETED');
  return states.size > 0 ? exitCodes.canceled : exitCodes.completed;
}
