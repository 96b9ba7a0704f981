import type { SubscriptionRequest } from '../wire/transport.ts';

/** Something that can be watched: what is known of it, and how to ask for what comes after. */
export interface Topic<Value> {
  /** A subscription for what is newer than what is known. */
  request: () => SubscriptionRequest;
  /** Takes what came, unless it is older than what is known; returns how many versions, lines or jobs that was ahead, or undefined while more of what was missed is on its way. */
  accept: (data: Record<string, unknown>) => number | undefined;
  /** The stream is gone, and something may happen meanwhile. */
  interrupt?: () => void;
  /** The same object until something changes. */
  read: () => Value;
  /** Whether nothing can come any more, now that the stream has ended or something has come. */
  isOver: (streamEnded: boolean) => boolean;
}

/** Whether two answers say the same; the server gives the fields of a document always in the same order. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
