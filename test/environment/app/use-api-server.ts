import { afterAll, beforeAll } from 'vitest';
import { createGraphQLClient } from '../clients/graphql-client.ts';
import type { GraphQLClient } from '../clients/graphql-client.ts';
import { startApiServer } from './api-server.ts';
import type { ApiServer } from './api-server.ts';

/** A server that is there once the tests run. */
export interface SharedApiServer extends Readonly<Omit<ApiServer, keyof AsyncDisposable>> {
  /** Of the local viewer. */
  graphql: GraphQLClient;
}

/** Starts the API before the tests of a file or a `describe`, and ends it after them. */
export function useApiServer(...options: Parameters<typeof startApiServer>): SharedApiServer {
  let server: ApiServer;
  let graphql: GraphQLClient;

  beforeAll(async () => {
    server = await startApiServer(...options);
    graphql = createGraphQLClient(server.url);
  });

  afterAll(() => server[Symbol.asyncDispose]());

  return {
    get url() {
      return server.url;
    },
    get stack() {
      return server.stack;
    },
    get probe() {
      return server.probe;
    },
    get connections() {
      return server.connections;
    },
    get graphql() {
      return graphql;
    },
  };
}
