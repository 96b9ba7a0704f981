import { inspect } from 'node:util';
import type { Environment } from '../config/environment/environment.ts';
import { ConfigError } from '../config/environment/problems.ts';
import { isTransientDatabaseError } from '../db/transient-errors.ts';
import { StartupError } from '../errors.ts';

/** What Node.js and node-postgres say beside the message. */
interface CodedError extends Error {
  code: string;
  /** The call that failed, as `listen` or `mkdir`. */
  syscall?: string;
  port?: number;
  /** Of PostgreSQL's own errors. */
  severity?: string;
}

const notWritable = 'let its user write there, or name another place (DATA_DIR)';

/** What to do about a system error that is not one of listening. */
const adviceByCode: Record<string, string> = {
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: notWritable,
  ENOTDIR: 'name a folder (DATA_DIR, MEDIA_ROOT)',
  EEXIST: 'name a folder (DATA_DIR, MEDIA_ROOT)',
  ENOENT: 'make it, or name another one (DATA_DIR, MEDIA_ROOT)',
  ENOSPC: 'make room on its disk, or name another place (DATA_DIR)',
  EMFILE: 'let the process open more files (ulimit -n)',
  ENFILE: 'let the machine open more files',
  ENOTFOUND: 'set HOST to an address of this machine',
  EAI_AGAIN: 'set HOST to an address of this machine',
  ERR_SQLITE_ERROR: 'set DATA_DIR to a folder of a file system that has locks',
};

/** Why the program ends; what its reader can do something about is one line, without a stack. */
export function explainFailure(error: unknown, env: Environment): string {
  // What went wrong in ending what had begun is not why it could not begin.
  if (error instanceof SuppressedError) return explainFailure(error.suppressed, env);
  // Each address of a name has failed.
  if (error instanceof AggregateError) return explainFailure(error.errors[0], env);
  if (error instanceof ConfigError || error instanceof StartupError) return error.message;
  const advice = isCoded(error) ? adviseOn(error, env) : undefined;
  if (advice !== undefined) return `${(error as Error).message}: ${advice}.`;
  if (isTransientDatabaseError(error)) return `${error.message}: start again once it is there.`;
  return inspect(error);
}

function adviseOn(error: CodedError, env: Environment): string | undefined {
  if (error.syscall === 'listen') return adviseOnPort(error, env);
  const mayPass: boolean = isTransientDatabaseError(error);
  if (error.severity !== undefined && !mayPass) {
    return `PostgreSQL says so (${error.code}); see what the user of DATABASE_URL may do`;
  }
  return adviceByCode[error.code];
}

function adviseOnPort({ code, port }: CodedError, env: Environment): string | undefined {
  const name = String(port) === env['METRICS_PORT']?.trim() ? 'METRICS_PORT' : 'PORT';
  switch (code) {
    case 'EADDRINUSE':
      return `set ${name} to another one`;
    case 'EADDRNOTAVAIL':
      return 'set HOST to an address of this machine';
    case 'EACCES':
      return `set ${name} to one above 1023`;
    default:
      return `see HOST and ${name}`;
  }
}

function isCoded(error: unknown): error is CodedError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
