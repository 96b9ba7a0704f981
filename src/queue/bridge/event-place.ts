import type { IQueueBackend } from 'bullmq';
import { beginEventEpoch, findEventCursor, saveEventCursor } from './event-cursors.ts';
import type { EventCursor } from './event-cursors.ts';
import type { Database } from '../../db/tables.ts';
import type { Logger } from '../../platform/logger.ts';
import { toPosition } from './job-events.ts';
import type { QueueTransport } from '../transport.ts';

/** Before the first entry of any stream. Reading from `$` instead would lose what is enqueued meanwhile. */
const beginning = '0';

/** Where a bridge stands in its queue's events. */
export interface EventPlace {
  readonly epoch: number;
  /** What has been applied last. */
  eventId: string;
  /** Where to read on: there, or at the beginning while there is no stream, as the next one may begin with lower ids. */
  readonly readAfter: string;
  /** Whether an event is not after what has been applied. */
  isPast: (eventId: string) => boolean;
  /** Stores the place, or takes up the stored one when the events have started over meanwhile. */
  save: () => Promise<void>;
  /** Sees whether the events have started over, and goes where they do; says whether they have. */
  followRestart: () => Promise<boolean>;
}

export interface EventPlaceOptions {
  db: Database;
  queue: string;
  events: IQueueBackend;
  findLastEventId: QueueTransport['findLastEventId'];
  logger: Logger;
}

/** The place that is stored of a queue. */
export async function findEventPlace(options: EventPlaceOptions): Promise<EventPlace> {
  const { db, queue, events, findLastEventId, logger } = options;
  let { epoch, eventId } = toPlace(await findEventCursor(db, queue));
  let isStreamGone = false;
  const isPast = (other: string) => toPosition(other) <= toPosition(eventId);

  /** Of a new epoch, nobody may have said yet where it begins: with what comes from now on. */
  async function takeUpStored(): Promise<void> {
    const stored = await findEventCursor(db, queue);
    const last = stored.eventId ?? (await findLastEventId?.(events));
    ({ epoch, eventId } = toPlace({ epoch: stored.epoch, eventId: last }));
    if (stored.eventId === undefined) await saveEventCursor(db, queue, { epoch, eventId });
  }

  async function save(): Promise<void> {
    if (eventId === beginning) return;
    if (!(await saveEventCursor(db, queue, { epoch, eventId }))) await takeUpStored();
  }

  /**
   * A Redis that lost its keys, and whose clock is behind, numbers new events below those of before: they would never be
   * read. Other bridges may have read some of them in the old epoch, and apply nothing once the new one has begun: it
   * goes on after all that they can have read, so that no event is applied in both.
   */
  async function followRestart(): Promise<boolean> {
    const last = await findLastEventId?.(events);
    isStreamGone = findLastEventId !== null && last === undefined;
    if (last === undefined || toPosition(last) >= toPosition(eventId)) return false;
    if (await beginEventEpoch(db, queue, epoch)) {
      logger.warn(
        { appliedUpTo: eventId, last },
        'events have started over, and some may be missing: rows and queue are compared',
      );
    }
    await takeUpStored();
    return true;
  }

  if (epoch > 0 && eventId === beginning) await takeUpStored();
  return {
    get epoch() {
      return epoch;
    },
    get eventId() {
      return eventId;
    },
    set eventId(applied) {
      eventId = applied;
      isStreamGone = false;
    },
    get readAfter() {
      return isStreamGone ? beginning : eventId;
    },
    isPast,
    save,
    followRestart,
  };
}

function toPlace({ epoch, eventId = beginning }: EventCursor) {
  return { epoch, eventId };
}
