import type { Request } from './transport.ts';

export type Data = Record<string, unknown>;

/** Queries in place of a subscription. */
export interface Poll {
  request: () => Request;
  /** The path, from the folder of `/graphql`, that answers once there is something newer; without it, the query is asked again and again. */
  waitAt?: string;
  /** The events that the subscription would have sent instead of this answer. */
  read: (data: Data) => {
    events: readonly Data[];
    isOver?: boolean;
    /** The answer was one of several: the next one is asked for at once. */
    hasMore?: boolean;
  };
}
