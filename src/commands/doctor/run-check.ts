import { withDeadline } from '../../platform/deadline.ts';
import { wrong } from './finding.ts';
import type { Finding } from './finding.ts';
import { explain } from './explain.ts';

/** What takes longer is as good as not there. */
const checkDeadlineMs = 5_000;

/** Looks at one thing within the deadline; that it cannot be looked at is a finding too. */
export async function runCheck(
  check: string,
  look: () => Promise<Finding | Finding[]>,
  advise: (error: unknown) => string,
  deadlineMs = checkDeadlineMs,
): Promise<Finding[]> {
  try {
    return [await withDeadline(look(), deadlineMs)].flat();
  } catch (error) {
    return [wrong(check, explain(error), advise(error))];
  }
}
