import { GraphQLError } from 'graphql';

/** Why an operation is refused before anything of it has run. */
export type RefusalCode =
  | 'BAD_REQUEST'
  | 'BAD_USER_INPUT'
  | 'QUERY_TOO_COMPLEX'
  | 'QUERY_TOO_COSTLY'
  | 'VARIABLES_TOO_LARGE'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'PERSISTED_QUERY_ONLY';

/** Over HTTP it is answered as a document that is not valid: with 400, where GraphQL over HTTP asks for it. */
export function refusal(message: string, code: RefusalCode): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400, spec: true } } });
}
