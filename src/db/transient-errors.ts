/**
 * SQLSTATEs that do not depend on the statement: no connection (08), no access (28, 3D000), read-only (25006), a session or
 * statement that was ended (25P03, 25P04, 57014, 57P01 to 57P05), a conflict with another transaction (40001, 40P01, 55P03),
 * insufficient resources (53), a system error (58).
 */
const transientStates =
  /^(08...|28...|3D000|25006|25P0[34]|40001|40P01|53...|55P03|57014|57P0[1-5]|58...)$/;
/** Those after which the session can still be used. */
const sessionSurvives = /^(40001|40P01|53...|55P03|57014|58...)$/;
const systemCodes = new Set([
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'EMFILE',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);
/** Errors of node-postgres and Kysely that have no code. */
const transientMessages = [
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed',
  'Cannot use a pool after calling end on the pool',
  'Postgres connection has been discarded',
  'driver has already been destroyed',
];

/** Whether the database's server is the cause of an error: the job or request is not at fault, and may succeed later. */
export function isTransientDatabaseError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (isPlanStale(error) || isNameLost(error)) return true;
  const code = readCode(error);
  if (systemCodes.has(code) || transientStates.test(code)) return true;
  // A server on a Unix socket that does not run has no socket file.
  if (code === 'ENOENT') return 'syscall' in error && error.syscall === 'connect';
  return transientMessages.some((message) => error.message.startsWith(message));
}

/** Whether a migration has changed the columns that a statement returns since it was prepared; it has not run. */
export function isPlanStale(error: unknown): boolean {
  if (!(error instanceof Error && 'routine' in error)) return false;
  return readCode(error) === '0A000' && error.routine === 'RevalidateCachedQuery';
}

/** Whether a session has no statement of that name, or has another: a pooler in between has lent it to somebody else. */
export function isNameLost(error: unknown): boolean {
  return error instanceof Error && ['26000', '42P05'].includes(readCode(error));
}

/** Whether a session must not be used again after an error: it has ended, does not answer, or its server is read-only. */
export function isSessionLost(error: unknown): error is Error {
  return isTransientDatabaseError(error) && !sessionSurvives.test(readCode(error));
}

function readCode(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}
