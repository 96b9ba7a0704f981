import { resolveCursorConnection } from '@pothos/plugin-relay';
import type { ResolveCursorConnectionArgs } from '@pothos/plugin-relay';
import type { PageRequest } from '../db/page.ts';
import { badUserInput } from './policy/refusal.ts';

/** Default and maximum number of edges of a page. */
export const pageSizes = { defaultSize: 20, maxSize: 100 };

interface PageArguments {
  first?: number | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
  after?: string | null | undefined;
}

/** A list that is read in pages; each row has a cursor. */
export interface PagedList<Row> {
  toCursor: (row: Row) => string;
  isCursor: (cursor: string) => boolean;
  list: (page: PageRequest) => Promise<Row[]>;
}

/** Resolves a connection from its arguments; throws a GraphQLError for a cursor of another list. */
export async function resolvePage<Row extends object>(
  args: PageArguments,
  { toCursor, isCursor, list }: PagedList<Row>,
) {
  if ([args.before, args.after].some((cursor) => cursor != null && !isCursor(cursor))) {
    throw badUserInput('The cursor is not one of this list. Pass one that this list returned.');
  }
  const connection = await resolveCursorConnection(
    { args, toCursor, ...pageSizes },
    ({ limit, inverted, before, after }: ResolveCursorConnectionArgs) =>
      list({ limit, inverted, before, after }),
  );
  if (connection.edges.length > 0) return connection;
  // For an empty page, the Relay plugin would return cursors that were given as arguments, or are empty.
  const pageInfo = { ...connection.pageInfo, startCursor: null, endCursor: null };
  return { ...connection, pageInfo };
}
