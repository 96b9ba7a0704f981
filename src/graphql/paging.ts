import { GraphQLError } from 'graphql';
import type { Page } from '../db/jobs.ts';

/** Edges of a page when the client does not say, and at most. */
export const pageSizes = { defaultSize: 20, maxSize: 100 };

interface Cursor {
  limit: number;
  inverted: boolean;
  before?: string | undefined;
  after?: string | undefined;
}

/** The rows that a connection's arguments ask for. The plugin asks for one more than is shown. */
export function toPage(
  { limit, inverted, before, after }: Cursor,
  isCursor: (cursor: string) => boolean,
): Page {
  const beyond = inverted ? before : after;
  if (beyond !== undefined && !isCursor(beyond)) {
    throw new GraphQLError('This is not a cursor of this list.', {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return { limit, inverted, beyond };
}
