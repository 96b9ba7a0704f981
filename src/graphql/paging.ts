import { GraphQLError } from 'graphql';
import { resolveCursorConnection } from '@pothos/plugin-relay';
import type { ResolveCursorConnectionArgs } from '@pothos/plugin-relay';
import type { Page } from '../db/jobs.ts';

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
  list: (page: Page) => Promise<Row[]>;
}

/** The connection that its arguments ask for. */
export async function resolvePage<Row extends object>(
  args: PageArguments,
  { toCursor, isCursor, list }: PagedList<Row>,
) {
  expectSize('first', args.first, pageSizes.maxSize);
  expectSize('last', args.last, pageSizes.maxSize);
  if ([args.before, args.after].some((cursor) => cursor != null && !isCursor(cursor))) {
    throw badInput('This is not a cursor of this list.');
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

/** Who asked for more and was given less would take a part for the whole. */
export function expectSize(name: string, size: number | null | undefined, max: number): void {
  if (size == null || (size >= 0 && size <= max)) return;
  throw badInput(`\`${name}\` must be from 0 to ${max}, and is ${size}.`);
}

function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}
