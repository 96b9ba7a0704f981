import { GraphQLError } from 'graphql';
import { NotFoundError } from '../errors.ts';

/** What is not there, or not the viewer's, as an error of queries and subscriptions: in the words that mutations have for it. */
export function throwNotFound(what: string, id: string): never {
  const { message } = new NotFoundError(what, id);
  throw new GraphQLError(message, { extensions: { code: 'NOT_FOUND' } });
}
