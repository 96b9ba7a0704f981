import { pino } from 'pino';
import type { Logger } from 'pino';
import { describeRequest } from './request-id.ts';

export type { Logger };

/** JSON lines to stdout, or readable ones when a person is watching. */
export function createLogger(level: string, pretty: boolean): Logger {
  // A reader of a line wants to find the others of its request.
  if (!pretty) return pino({ level, mixin: describeRequest });
  return pino({
    level,
    mixin: describeRequest,
    transport: {
      target: 'pino-pretty',
      options: { ignore: 'pid,hostname', translateTime: 'HH:MM:ss' },
    },
  });
}
