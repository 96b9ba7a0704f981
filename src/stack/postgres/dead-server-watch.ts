import type { Socket } from 'node:net';
import { Client } from 'pg';
import type { Pool, PoolClient, PoolConfig } from 'pg';
import { withTimeout } from '../../platform/timeout.ts';

/** After so long without an answer a statement is slow, or its connection leads nowhere. */
const defaultSuspectAfterMs = 2_000;
/** A new connection takes longer to answer than an old one; an old one that takes so much longer leads nowhere. */
const defaultWitnessMs = 1_500;
/** Time for a server that is there to answer on a new connection. */
const probeDeadlineMs = 3_000;

export interface SilenceLimits {
  suspectAfterMs: number;
  witnessMs: number;
}

export interface SilenceWatchOptions {
  pool: Pool;
  /** With which the pool connects. */
  config: PoolConfig;
  /** Those of the pool that are open. */
  sockets: ReadonlySet<Socket>;
  limits?: SilenceLimits | undefined;
}

/**
 * Cuts connections to a server that has vanished without a word, once another answers in its place: else each statement under
 * way waits for its own time to be over. While statements are not answered, an idle connection is asked, and a new one.
 * When the new one answers and the old one does not, none as old as that is waited for any longer. A server that has stood
 * still, or is slow, answers on both.
 */
export function createSilenceWatch({ pool, config, sockets, limits }: SilenceWatchOptions) {
  const { suspectAfterMs = defaultSuspectAfterMs, witnessMs = defaultWitnessMs } = limits ?? {};
  let isChecking = false;

  async function check(): Promise<void> {
    // Without an idle connection there is none that must answer at once.
    if (isChecking || pool.idleCount === 0) return;
    isChecking = true;
    const older = [...sockets];
    try {
      const witness = await pool.connect();
      if (await isSilent(witness)) for (const socket of older) socket.destroy();
    } catch {
      // The server is away, or the pool has ended: those who wait have limits of their own.
    } finally {
      isChecking = false;
    }
  }

  async function isSilent(witness: PoolClient): Promise<boolean> {
    let outcome: 'answered' | 'broken' | undefined;
    const asked = witness.query('select 1').then(
      () => (outcome = 'answered'),
      () => (outcome = 'broken'), // its socket has told the others
    );
    try {
      await withTimeout(askAnew(), probeDeadlineMs);
      await withTimeout(asked, witnessMs).catch(() => undefined); // the outcome says so
      return outcome === undefined;
    } finally {
      witness.release(outcome !== 'answered');
    }
  }

  async function askAnew(): Promise<void> {
    const client = new Client(config);
    client.on('error', () => undefined); // it rejects what waits for it
    try {
      await client.connect();
      await client.query('select 1');
    } finally {
      void client.end().catch(() => undefined);
    }
  }

  /** The same, and while it waits, the connection is under suspicion now and then. */
  return async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    const timer = setInterval(() => void check(), suspectAfterMs);
    try {
      return await answer;
    } finally {
      clearInterval(timer);
    }
  };
}
