import { GraphQLError } from 'graphql';
import { ForbiddenError, NotFoundError } from '../errors.ts';

/** Throws, from a query or a subscription, the error that mutations return as NotFoundError. */
export function throwNotFound(what: string, id: string): never {
  const { message } = new NotFoundError(what, id);
  throw new GraphQLError(message, { extensions: { code: 'NOT_FOUND' } });
}

/** The row behind a field: whoever sees the parent sees it, except with a ticket, which opens one job and nothing else. */
export function expectVisible<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new ForbiddenError('Not accessible with this ticket.');
  return row;
}
