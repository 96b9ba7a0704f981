export const graphqlPath = '/graphql';

/** What a proxy calls a request, for its own logs and ours. */
export const requestIdHeader = 'x-request-id';
