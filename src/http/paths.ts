export const graphqlPath = '/graphql';
export const metricsPath = '/metrics';
export const livezPath = '/livez';
export const readyzPath = '/readyz';

/** What a proxy calls a request, for its own logs and ours. */
export const requestIdHeader = 'x-request-id';
