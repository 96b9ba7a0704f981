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
  /** Who has paused it, and why; null where nobody has said so, and while it is not paused. */
  changedBy: Generated<string | null>;
  reason: Generated<string | null>;
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

/** When a job was said to complete, and when it did. */
export interface EstimatePromiseTable {
  jobId: string;
  type: string;
  round: number;
  madeAt: Date;
  /** Whether it had started by then. */
  hasBegun: boolean;
  /** The time that the range is around, and how much earlier and later it may be, before earlier promises are considered. */
  typicalAt: Date;
  earlyMs: number;
  lateMs: number;
  /** The range that was promised. */
  completesAfter: Date;
  completesBefore: Date;
  /** Null until it has been put to the test. */
  endedAt: Generated<Date | null>;
}
