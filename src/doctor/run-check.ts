import { withTimeout } from '../platform/timeout.ts';
import { wrong } from './finding.ts';
import type { Finding } from './finding.ts';

const checkDeadlineMs = 5_000;

/** Runs a check within the deadline; a failure becomes a finding, with the advice for its error. */
export async function runCheck(
  check: string,
  run: () => Promise<Finding | Finding[]>,
  advise: (error: unknown) => string,
  deadlineMs = checkDeadlineMs,
): Promise<Finding[]> {
  try {
    return [await withTimeout(run(), deadlineMs)].flat();
  } catch (error) {
    return [wrong(check, explain(error), advise(error))];
  }
}

/** An error in one line, without the credentials of URLs in it. */
export function explain(error: unknown): string {
  return firstLine(error).replaceAll(/\/\/[^/\s]*@/g, '//');
}

/** The code of a system, PostgreSQL or Redis error; empty when it has none. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error) return String(error.code);
  // Error replies of Redis begin with their code.
  return /^[A-Z]{4,}(?= )/.exec(error.message)?.[0] ?? '';
}

function firstLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // If a name has several addresses, each has its own error, and the aggregate has no message.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  if (first !== undefined) return firstLine(first);
  return error.message.split('\n', 1)[0] || errorCode(error) || error.name;
}

/** A URL without user, password and parameters. */
export function showAddress(url: string): string {
  const [address = ''] = url.split(/[?#]/, 1);
  return address.replace(/\/\/.*@/s, '//').replace(/\/$/, '');
}

/** Advice for errors of unknown cause. */
export function adviseRetry(): string {
  return 'Run doctor again; if this persists, see the logs of Redis and PostgreSQL.';
}
