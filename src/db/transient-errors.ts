/**
 * SQLSTATE of a server that cannot do now what it could do before, whatever the statement: no connection (08), no access
 * (28, 3D000), read-only (25006), a session or statement that was ended (25P03, 25P04, 57014, 57P01 to 57P05), a conflict
 * with another transaction (40001, 40P01, 55P03), no room (53), an error of its system (58).
 */
const troubles =
  /^(08...|28...|3D000|25006|25P0[34]|40001|40P01|53...|55P03|57014|57P0[1-5]|58...)$/;
/** Of these, after which the session goes on as before. */
const passing = /^(40001|40P01|53...|55P03|57014|58...)$/;
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
/** node-postgres and Kysely give these no code. */
const messages = [
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

/**
 * Whether an error is the trouble of the database's server: neither a job nor a request is at fault, and the same may well
 * succeed later.
 */
export function isTransientDatabaseError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = readCode(error);
  if (systemCodes.has(code) || troubles.test(code)) return true;
  // The path of a Unix socket of a server that does not run.
  if (code === 'ENOENT') return 'syscall' in error && error.syscall === 'connect';
  return messages.some((message) => error.message.startsWith(message));
}

/** Whether a session that answered so is not to be used again: it has ended, went silent, or belongs to a server that is read-only. */
export function isSessionLost(error: unknown): error is Error {
  return isTransientDatabaseError(error) && !passing.test(readCode(error));
}

function readCode(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}
