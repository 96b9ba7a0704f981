import type { Socket } from 'node:net';
import { Client } from 'pg';
import type { Pool, PoolClient, PoolConfig } from 'pg';
import { withTimeout } from '../../platform/timeout.ts';

/** A statement without an answer for this long is slow, or its server is dead. */
const defaultCheckAfterMs = 2_000;
/** An idle connection that needs this much longer than a new one is dead. */
const defaultIdleAnswerMs = 1_500;
/** Time for a live server to answer on a new connection. */
const newAnswerMs = 3_000;

export interface DeadServerLimits {
  checkAfterMs: number;
  idleAnswerMs: number;
}

export interface DeadServerWatchOptions {
  pool: Pool;
  /** That of the pool. */
  config: PoolConfig;
  /** The open sockets of the pool. */
  sockets: ReadonlySet<Socket>;
  limits?: DeadServerLimits | undefined;
}

/**
 * Cuts connections to a server that vanished, once another one has taken its place: otherwise each pending statement would
 * wait for its own timeout. While a statement is pending, an idle and a new connection are probed. If the new one answers
 * and the idle one does not, all older connections are destroyed. A slow or suspended server answers on both.
 */
export function createDeadServerWatch({ pool, config, sockets, limits }: DeadServerWatchOptions) {
  const { checkAfterMs = defaultCheckAfterMs, idleAnswerMs = defaultIdleAnswerMs } = limits ?? {};
  let isChecking = false;

  async function check(): Promise<void> {
    // Only an idle connection must answer at once.
    if (isChecking || pool.idleCount === 0) return;
    isChecking = true;
    const older = [...sockets];
    try {
      const idle = await pool.connect();
      if (await isDead(idle)) for (const socket of older) socket.destroy();
    } catch {
      // The server is unreachable, or the pool has ended: statements have their own timeouts.
    } finally {
      isChecking = false;
    }
  }

  async function isDead(idle: PoolClient): Promise<boolean> {
    let outcome: 'answered' | 'broken' | undefined;
    const probe = idle.query('select 1').then(
      () => (outcome = 'answered'),
      () => (outcome = 'broken'), // its error was reported by its own listener
    );
    try {
      await withTimeout(probeNewConnection(), newAnswerMs);
      await withTimeout(probe, idleAnswerMs).catch(() => undefined); // the outcome tells
      return outcome === undefined;
    } finally {
      idle.release(outcome !== 'answered');
    }
  }

  async function probeNewConnection(): Promise<void> {
    const client = new Client(config);
    client.on('error', () => undefined); // pending calls reject as well
    try {
      await client.connect();
      await client.query('select 1');
    } finally {
      void client.end().catch(() => undefined);
    }
  }

  /** Waits for an answer, and checks the server while it is pending. */
  return async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
    const timer = setInterval(() => void check(), checkAfterMs);
    try {
      return await answer;
    } finally {
      clearInterval(timer);
    }
  };
}
