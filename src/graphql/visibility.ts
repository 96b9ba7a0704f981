import { GraphQLError } from 'graphql';
import { ForbiddenError, NotFoundError } from '../errors.ts';

/** Throws, from a query or a subscription, the error that mutations return as NotFoundError. */
export function throwNotFound(what: string, id: string): never {
  const { message } = new NotFoundError(what, id);
  throw new GraphQLError(message, { extensions: { code: 'NOT_FOUND' } });
}

/** Returns the row of a field. A viewer of the parent may see it, except with a ticket, which gives access to one job only. */
export function expectVisible<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new ForbiddenError('Not accessible with this ticket.');
  return row;
}
