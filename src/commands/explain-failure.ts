import { inspect } from 'node:util';
import type { Environment } from '../config/environment/environment.ts';
import { ConfigError } from '../config/environment/problems.ts';
import { isTransientDatabaseError } from '../db/transient-errors.ts';
import { StartupError } from '../errors.ts';

/** An error of Node.js or node-postgres. */
interface CodedError extends Error {
  code: string;
  /** The call that failed, such as `listen` or `mkdir`. */
  syscall?: string;
  port?: number;
  /** Only errors of PostgreSQL itself have it. */
  severity?: string;
}

const notWritable = 'make it writable for this user, or choose another folder (DATA_DIR)';

/** Advice by the code of a system error, except for `listen`. */
const adviceByCode: Record<string, string> = {
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: notWritable,
  ENOTDIR: 'choose a folder (DATA_DIR, MEDIA_ROOT)',
  EEXIST: 'choose a folder (DATA_DIR, MEDIA_ROOT)',
  ENOENT: 'create it, or choose another one (DATA_DIR, MEDIA_ROOT)',
  ENOSPC: 'free space on its disk, or choose another folder (DATA_DIR)',
  EMFILE: 'raise the limit of open files (ulimit -n)',
  ENFILE: 'raise the limit of open files of this machine',
  ENOTFOUND: 'set HOST to an address of this machine',
  EAI_AGAIN: 'set HOST to an address of this machine',
  ERR_SQLITE_ERROR: 'set DATA_DIR to a folder on a file system that supports locks',
};

/** Why the program ends: one line if the user can fix it, else the error with its stack. */
export function explainFailure(error: unknown, env: Environment): string {
  // The first error is the reason, not one that followed during cleanup.
  if (error instanceof SuppressedError) return explainFailure(error.suppressed, env);
  // All addresses of a host name have failed.
  if (error instanceof AggregateError) return explainFailure(error.errors[0], env);
  if (error instanceof ConfigError || error instanceof StartupError) return error.message;
  const advice = isCoded(error) ? adviseOn(error, env) : undefined;
  if (advice !== undefined) return `${(error as Error).message}: ${advice}.`;
  if (isTransientDatabaseError(error)) return `${error.message}: start again once it is available.`;
  return inspect(error);
}

function adviseOn(error: CodedError, env: Environment): string | undefined {
  if (error.syscall === 'listen') return adviseOnPort(error, env);
  const isTransient: boolean = isTransientDatabaseError(error);
  if (error.severity !== undefined && !isTransient) {
    return `PostgreSQL error ${error.code}; check the privileges of the user of DATABASE_URL`;
  }
  return adviceByCode[error.code];
}

function adviseOnPort({ code, port }: CodedError, env: Environment): string | undefined {
  const name = String(port) === env['METRICS_PORT']?.trim() ? 'METRICS_PORT' : 'PORT';
  switch (code) {
    case 'EADDRINUSE':
      return `set ${name} to another port`;
    case 'EADDRNOTAVAIL':
      return 'set HOST to an address of this machine';
    case 'EACCES':
      return `set ${name} to a port above 1023`;
    default:
      return `check HOST and ${name}`;
  }
}

function isCoded(error: unknown): error is CodedError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
