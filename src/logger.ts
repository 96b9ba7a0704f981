import { pino } from 'pino';
import type { Logger } from 'pino';

export type { Logger };

/** JSON lines to stdout, or readable ones when a person is watching. */
export function createLogger(level: string, pretty: boolean): Logger {
  if (!pretty) return pino({ level });
  return pino({
    level,
    transport: {
      target: 'pino-pretty',
      options: { ignore: 'pid,hostname', translateTime: 'HH:MM:ss' },
    },
  });
}
