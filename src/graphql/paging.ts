import { GraphQLError } from 'graphql';
import type { PageInfoShape } from '@pothos/plugin-relay';
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
  if ([before, after].some((cursor) => cursor !== undefined && !isCursor(cursor))) {
    throw new GraphQLError('This is not a cursor of this list.', {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return { limit, inverted, before, after };
}

interface Connection {
  edges: readonly unknown[];
  pageInfo: PageInfoShape;
}

/** Where there are no edges, Relay's plugin makes cursors of what it was given, or of nothing. */
export function withoutStrayCursors<C extends Connection>(connection: C): C {
  if (connection.edges.length > 0) return connection;
  return {
    ...connection,
    pageInfo: { ...connection.pageInfo, startCursor: null, endCursor: null },
  };
}
