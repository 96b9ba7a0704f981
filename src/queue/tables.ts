import type { Generated } from 'kysely';

export interface EventCursorTable {
  queue: string;
  /** How often the queue's events have started over. */
  epoch: Generated<number>;
  eventId: string;
  savedAt: Generated<Date>;
}

/** What an operator has set of a queue. */
export interface QueueControlTable {
  type: string;
  paused: boolean;
  changedAt: Generated<Date>;
}

export interface LeaseTable {
  name: string;
  holder: string;
  /** Counts how often it was taken. */
  term: Generated<number>;
  /** Whether its holder's session has an advisory lock, which ends with its connection. */
  bySession: Generated<boolean>;
  expiresAt: Date;
  takenAt: Generated<Date>;
}

export interface WorkerTable {
  id: string;
  queue: string;
  name: string;
  host: string;
  concurrency: number;
  /** Jobs that it ran when it was seen last. */
  busy: number;
  startedAt: Generated<Date>;
  seenAt: Generated<Date>;
}
