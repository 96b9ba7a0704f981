import { withDeadline } from '../../platform/deadline.ts';
import { wrong } from './finding.ts';
import type { Finding } from './finding.ts';

/** What takes longer is as good as not there. */
const checkDeadlineMs = 5_000;

/** Looks at one thing within the deadline; that it cannot be looked at is a finding too. */
export async function runCheck(
  check: string,
  run: () => Promise<Finding | Finding[]>,
  advise: (error: unknown) => string,
  deadlineMs = checkDeadlineMs,
): Promise<Finding[]> {
  try {
    return [await withDeadline(run(), deadlineMs)].flat();
  } catch (error) {
    return [wrong(check, explain(error), advise(error))];
  }
}

/** An error in one line, without the credentials of a URL that it may quote. */
export function explain(error: unknown): string {
  return firstLine(error).replaceAll(/\/\/[^/\s]*@/g, '//');
}

/** The code of a system, PostgreSQL or Redis error; empty when it has none. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error) return String(error.code);
  // Redis begins its replies with it.
  return /^[A-Z]{4,}(?= )/.exec(error.message)?.[0] ?? '';
}

function firstLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of a name with several addresses, each has its own reason, and the whole has none.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  if (first !== undefined) return firstLine(first);
  return error.message.split('\n', 1)[0] || errorCode(error) || error.name;
}

/** A URL as it may be shown: without user, password and parameters. */
export function showAddress(url: string): string {
  const [address = ''] = url.split(/[?#]/, 1);
  return address.replace(/\/\/.*@/s, '//').replace(/\/$/, '');
}

/** For what nobody knows the cause of. */
export function adviseAgain(): string {
  return 'Run doctor again; if it stays, see the logs of Redis and PostgreSQL.';
}
