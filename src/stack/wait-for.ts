import { setTimeout as delay } from 'node:timers/promises';
import { StartupError } from '../errors.ts';
import type { Logger } from '../platform/logger.ts';
import { adviseOnTls } from './tls-failure.ts';
import type { TlsVariables } from './tls-failure.ts';

/** Pauses between attempts: they double from the first to the longest. */
const firstPauseMs = 100;
const longestPauseMs = 2_000;

interface WaitOptions {
  withinMs: number;
  /** Aborted when another service could not be reached, so that waiting for this one is useless. */
  signal: AbortSignal;
  logger: Logger;
}

/** Retries until a service answers; throws StartupError if it does not in time, or if a retry cannot help. */
export async function waitFor<T>(
  { name: service, ...variables }: TlsVariables & { name: string },
  reach: () => Promise<T>,
  { withinMs, signal, logger }: WaitOptions,
): Promise<T> {
  const giveUpAt = performance.now() + withinMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await reach();
    } catch (error) {
      if (error instanceof StartupError) throw error;
      const reason = describe(error);
      const advice = adviseOnTls(error, variables);
      if (advice !== undefined) {
        throw new StartupError(`${service} cannot be reached: ${reason}. ${advice}`, {
          cause: error,
        });
      }
      if (performance.now() + pauseMs > giveUpAt) {
        throw new StartupError(`${service} did not answer within ${withinMs} ms: ${reason}`, {
          cause: error,
        });
      }
      logger.info({ service, reason }, 'waiting for a service');
    }
    await delay(pauseMs, undefined, { signal });
  }
}

/** One line, without the URL that may hold a password. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : undefined;
  return code ?? error.message.split('\n', 1)[0] ?? error.name;
}
