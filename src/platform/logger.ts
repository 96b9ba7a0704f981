import { destination, pino } from 'pino';
import type { Logger, LoggerOptions } from 'pino';
import { createRedactor } from './redaction.ts';
import { describeRequest } from './request-id.ts';

export type { Logger };

/** JSON lines to stdout, or readable ones when a person is watching; none with a secret in it. */
export function createLogger(
  level: string,
  pretty: boolean,
  secrets: readonly string[] = [],
): Logger {
  const options = toOptions(level, secrets);
  if (!pretty) return pino(options);
  return pino({
    ...options,
    transport: {
      target: 'pino-pretty',
      options: { ignore: 'pid,hostname', translateTime: 'HH:MM:ss' },
    },
  });
}

/** The same JSON lines, to stderr. */
export function createErrorLogger(level: string, secrets: readonly string[]): Logger {
  return pino(toOptions(level, secrets), destination(2));
}

function toOptions(level: string, secrets: readonly string[]): LoggerOptions {
  return {
    level,
    // A reader of a line wants to find the others of its request.
    mixin: describeRequest,
    // Whole lines, so that nothing gets around it; before a transport has them.
    hooks: { streamWrite: createRedactor(secrets) },
  };
}
