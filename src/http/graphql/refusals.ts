import { GraphQLError } from 'graphql';
import { refusal } from '../../graphql/policy/refusal.ts';

/** The message for a client that accepts no media type of ours. */
export const notAcceptable =
  'Accept application/json, application/graphql-response+json, text/event-stream or multipart/mixed.';

/** The error of a subscription whose client accepts no stream. */
export function streamsOnly(): GraphQLError {
  return refusal(
    'Send subscriptions as application/json, and accept text/event-stream or multipart/mixed.',
    'BAD_REQUEST',
  );
}

/** The error of a mutation that is sent by GET. */
export function mutationByGet(): GraphQLError {
  return new GraphQLError('Can only perform a mutation operation from a POST request.', {
    extensions: { code: 'BAD_REQUEST', http: { status: 405 } },
  });
}
