import { hostname } from 'node:os';
import { v7 as uuidv7 } from 'uuid';
import type { Database } from '../../db/tables.ts';
import { startLoop } from '../../platform/loop.ts';
import type { Logger } from '../../platform/logger.ts';
import { presenceIntervalMs, recordWorkers, removeWorker } from '../workers.ts';

/** What a worker says of itself. */
interface PresentWorker {
  queue: string;
  concurrency: number;
  /** Jobs that it runs now. */
  countRunning: () => number;
}

/** Says which workers this process has: a row for each, all written by one statement. */
export interface Presence extends AsyncDisposable {
  /** Puts a worker on the list; resolves once it is there, to what takes it off again. */
  add: (worker: PresentWorker) => Promise<() => Promise<void>>;
}

export function startPresence(db: Database, name: string, logger: Logger): Presence {
  const host = hostname();
  const workers = new Map<string, PresentWorker>();
  let recording: Promise<void> = Promise.resolve();

  const toRow = ([id, { queue, concurrency, countRunning }]: [string, PresentWorker]) => ({
    id,
    queue,
    name,
    host,
    concurrency,
    busy: countRunning(),
  });
  /** One after the other, so that none is on its way when a worker is taken off. */
  const record = (): Promise<void> => {
    const earlier = recording.catch(() => undefined); // who asked for it has been told
    recording = earlier.then(() => recordWorkers(db, [...workers].map(toRow)));
    return recording;
  };
  const intervalMs = presenceIntervalMs;
  const loop = startLoop({ name: 'worker presence', run: record, intervalMs, logger });

  return {
    add: async (worker) => {
      const id = uuidv7();
      workers.set(id, worker);
      try {
        await record();
      } catch (error) {
        workers.delete(id);
        throw error;
      }
      return async () => {
        workers.delete(id);
        await recording.catch(() => undefined);
        // If this fails, the row expires, as it is no longer renewed.
        await removeWorker(db, id).catch((error: unknown) =>
          logger.warn({ err: error }, 'worker not taken off the list'),
        );
      };
    },
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}
