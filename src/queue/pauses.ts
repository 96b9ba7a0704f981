import { sql } from 'kysely';
import type { Database } from '../db/tables.ts';
import { withTimeout } from '../platform/timeout.ts';
import { createFaultLog } from '../platform/fault-log.ts';
import type { Logger } from '../platform/logger.ts';

/** How long a broker may take to answer. */
const answerDeadlineMs = 1_000;
/** What is paused in Redis and not by its row, or the other way round, is so for so long while it is being set. */
const settingMs = 500;
/** A row that was set so lately may still be on its way to the queue, however slowly that answers. */
const settledAfterMs = 1_500;
/** Row and queue are brought together in so many steps; others may set them meanwhile. */
const maxFollowSteps = 5;

/** Of a queue where it is kept, what its pauses need. */
interface PausableQueue {
  isPaused: () => Promise<boolean>;
  pause: () => Promise<unknown>;
  resume: () => Promise<unknown>;
}

/** What a queue has said of itself, and its row shall say soon. */
interface Adoption {
  type: string;
  paused: boolean;
  timer?: NodeJS.Timeout;
}

/** Who pauses a queue, and why. */
export interface PauseGrounds {
  by: string;
  reason: string | null;
}

/** A pause as the row of its queue says it. */
export interface Pause {
  at: Date;
  /** Null if nobody has said so, as of a queue that was paused where it is kept. */
  by: string | null;
  reason: string | null;
}

/** Whether queues are paused: their rows say it, and the queues follow. */
export interface QueuePauses extends Disposable {
  /** Stops a queue, or lets it go on: jobs are accepted meanwhile, and wait. The broker follows once it is there. */
  setPaused: (type: string, paused: boolean, grounds?: PauseGrounds) => Promise<void>;
  /** Pauses and resumes queues as their rows say; what no row speaks of is left as it is, and its row says so from then on. */
  followPauses: () => Promise<void>;
  /** Somebody has paused or resumed a queue where it is kept, be it ourselves: its row says the same soon. */
  adoptPause: (type: string, paused: boolean) => void;
}

export function createQueuePauses(
  db: Database,
  queues: ReadonlyMap<string, PausableQueue>,
  logger: Logger,
): QueuePauses {
  const faults = createFaultLog({ logger, message: 'queue not paused or resumed yet' });
  /** What queues have said of themselves, by type, until their rows say it too. */
  const adoptions = new Map<string, Adoption>();

  function adoptPause(type: string, paused: boolean): void {
    clearTimeout(adoptions.get(type)?.timer);
    const adoption: Adoption = { type, paused };
    adoptions.set(type, adoption);
    schedule(adoption);
  }

  function schedule(adoption: Adoption): void {
    // The queue may have said something else meanwhile, or all may have ended.
    if (adoptions.get(adoption.type) !== adoption) return;
    adoption.timer = setTimeout(() => void adopt(adoption), settingMs);
  }

  /** Until it is done, nobody sets the queue back to what its row says. */
  async function adopt(adoption: Adoption): Promise<void> {
    try {
      if (!(await isAdopted(adoption))) return schedule(adoption);
      if (adoptions.get(adoption.type) === adoption) adoptions.delete(adoption.type);
    } catch (error) {
      faults.report(error, { type: adoption.type });
      schedule(adoption);
    }
  }

  /**
   * What the queue said some time ago, and still does, goes into the row. What Redis has merely lost, it never said. A row that
   * an operator has just set goes before the queue: later they are the same, or somebody has set the queue since.
   */
  async function isAdopted({ type, paused }: Adoption): Promise<boolean> {
    if ((await isQueuePaused(db, type)) === paused) return true;
    const queue = queues.get(type)!;
    if ((await withTimeout(queue.isPaused(), answerDeadlineMs)) !== paused) return true;
    if (!(await savePaused(db, type, paused, { settledForMs: settledAfterMs }))) return false;
    logger.info({ type, paused }, 'queue was paused or resumed where it is kept');
    return true;
  }

  /** The row is read before the queue each time, and once more after a change: who sets the row meanwhile is seen. */
  async function follow(type: string): Promise<void> {
    const queue = queues.get(type)!;
    for (let step = 0; step < maxFollowSteps; step += 1) {
      const wanted = await findPaused(db, type);
      const paused = await withTimeout(queue.isPaused(), answerDeadlineMs);
      if (wanted === undefined) {
        if (paused) await savePaused(db, type, true);
        return;
      }
      if (paused === wanted) return;
      await withTimeout(wanted ? queue.pause() : queue.resume(), answerDeadlineMs);
      logger.info({ type, paused: wanted }, 'queue paused or resumed as its row says');
    }
  }

  return {
    setPaused: async (type, paused, grounds) => {
      await savePaused(db, type, paused, { grounds });
      try {
        await follow(type);
      } catch (error) {
        // Workers read the row before they begin a job, and the queue follows when its broker is back.
        faults.report(error, { type });
      }
    },
    followPauses: async () => {
      // One that somebody has just set where it is kept is adopted first.
      for (const type of queues.keys()) if (!adoptions.has(type)) await follow(type);
    },
    adoptPause,
    [Symbol.dispose]() {
      for (const { timer } of adoptions.values()) clearTimeout(timer);
      adoptions.clear();
    },
  };
}

/** Whether an operator has stopped the queue of this type; undefined when nobody has ever said. */
async function findPaused(db: Database, type: string): Promise<boolean | undefined> {
  const row = await db
    .selectFrom('queueControl')
    .select('paused')
    .where('type', '=', type)
    .executeTakeFirst();
  return row?.paused;
}

/** Whether an operator has stopped the queue of this type. */
export async function isQueuePaused(db: Database, type: string): Promise<boolean> {
  return (await findPaused(db, type)) ?? false;
}

/** Since when, by whom and why the queue of this type is stopped; undefined while it is not stopped. */
export function findPause(db: Database, type: string): Promise<Pause | undefined> {
  return db
    .selectFrom('queueControl')
    .select(['changedAt as at', 'changedBy as by', 'reason'])
    .where('type', '=', type)
    .where('paused', '=', true)
    .executeTakeFirst();
}

/** Returns whether it was saved: not over a row that was set in so many ms before now, if that is given. */
async function savePaused(
  db: Database,
  type: string,
  paused: boolean,
  { settledForMs, grounds }: { settledForMs?: number; grounds?: PauseGrounds | undefined } = {},
): Promise<boolean> {
  const { by: changedBy, reason } = (paused && grounds) || { by: null, reason: null };
  // A row from the future, as the clock was set back, is no reason to wait.
  const isSettled =
    settledForMs === undefined
      ? sql<boolean>`true`
      : sql<boolean>`queue_control.changed_at not between now() - make_interval(secs => ${settledForMs / 1_000}) and now()`;
  const changed = await db
    .insertInto('queueControl')
    .values({ type, paused, changedBy, reason })
    .onConflict((conflict) =>
      conflict
        .column('type')
        .doUpdateSet({ paused, changedBy, reason, changedAt: sql`now()` })
        .where(isSettled),
    )
    .returning('type')
    .execute();
  return changed.length > 0;
}
