import { destination, pino } from 'pino';
import type { Logger, LoggerOptions } from 'pino';
import { createRedactor } from './redaction.ts';
import { describeRequest } from './request-id.ts';

export type { Logger };

/** Logs JSON lines to stdout, or readable ones for a person; secrets are redacted. */
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

/** Logs the same JSON lines to stderr. */
export function createErrorLogger(level: string, secrets: readonly string[]): Logger {
  return pino(toOptions(level, secrets), destination(2));
}

function toOptions(level: string, secrets: readonly string[]): LoggerOptions {
  return {
    level,
    // Each line of a request carries its id, so that the others can be found.
    mixin: describeRequest,
    // Redacts whole lines, whatever field a secret is in, and before a transport gets them.
    hooks: { streamWrite: createRedactor(secrets) },
  };
}
