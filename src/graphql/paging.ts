import { GraphQLError } from 'graphql';
import { resolveCursorConnection } from '@pothos/plugin-relay';
import type { ResolveCursorConnectionArgs } from '@pothos/plugin-relay';
import type { PageRequest } from '../db/page.ts';

/** Edges of a page when the client does not say, and at most. */
export const pageSizes = { defaultSize: 20, maxSize: 100 };

interface PageArguments {
  first?: number | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  after?: string | null | undefined;
}

/** What is paged: rows, each with a cursor that says where it stands. */
export interface PagedList<Row> {
  toCursor: (row: Row) => string;
  isCursor: (cursor: string) => boolean;
  list: (page: PageRequest) => Promise<Row[]>;
}

/** The connection that its arguments ask for. */
export async function resolvePage<Row extends object>(
  args: PageArguments,
  { toCursor, isCursor, list }: PagedList<Row>,
) {
  if ([args.before, args.after].some((cursor) => cursor != null && !isCursor(cursor))) {
    throw new GraphQLError(
      'The cursor is not one of this list. Pass one that this list returned.',
      {
        extensions: { code: 'BAD_USER_INPUT' },
      },
    );
  }
  const connection = await resolveCursorConnection(
    { args, toCursor, ...pageSizes },
    ({ limit, inverted, before, after }: ResolveCursorConnectionArgs) =>
      list({ limit, inverted, before, after }),
  );
  if (connection.edges.length > 0) return connection;
  // Of what it was given, or of nothing, Relay's plugin makes cursors where there are no edges.
  const pageInfo = { ...connection.pageInfo, startCursor: null, endCursor: null };
  return { ...connection, pageInfo };
}
