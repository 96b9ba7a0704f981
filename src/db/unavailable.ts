/**
 * SQLSTATE classes and codes of a server that is not there, or is going, or has ended the session: connection exceptions,
 * shutdown, no room, a transaction that stood still.
 */
const sqlStates = /^(08...|57P0[1-5]|53300|25P03)$/;
const systemCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND']);
/** node-postgres gives these no code. */
const messages = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Client has encountered a connection error',
];

/** Whether an error means that the database cannot be reached now; the same request may well succeed later. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (systemCodes.has(code) || sqlStates.test(code)) return true;
  return messages.some((message) => error.message.startsWith(message));
}
