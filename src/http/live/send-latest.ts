import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ResolverContext } from '../../graphql/context.ts';
import { withTimeout } from '../../platform/timeout.ts';
import type { Execution } from '../graphql/execution.ts';

/** So long a server that ends waits for the database. */
const withinMs = 1_000;

/**
 * Sends clients what has been stored, before their streams are broken: of a job that ended while the process was ending, the
 * message may still be on its way. Who cannot be told in time reconnects, and asks again.
 */
export async function sendLatest(
  { live, logger }: Pick<ResolverContext, 'live' | 'logger'>,
  { whenExecuted }: Pick<Execution, 'whenExecuted'>,
): Promise<void> {
  try {
    await withTimeout(live.catchUp(), withinMs);
    await withTimeout(whenExecuted(), withinMs);
    await nextTurn();
  } catch (error) {
    logger.warn({ err: error }, 'last updates not sent');
  }
}
