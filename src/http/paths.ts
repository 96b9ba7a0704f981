export const graphqlPath = '/graphql';
export const metricsPath = '/metrics';
export const livezPath = '/livez';
export const readyzPath = '/readyz';

/** The id that a proxy gives a request, for its logs and those of the server. */
export const requestIdHeader = 'x-request-id';
