import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GraphQLServices } from '../graphql/context.ts';
import { drain } from './drain.ts';
import { createGraphQLHttp, graphqlPath } from './graphql-http.ts';
import { attachGraphQLWebSocket } from './graphql-websocket.ts';

/**
 * How long an idle connection is kept: longer than proxies and clients keep theirs, so that it is never we who close one
 * that a request is about to use.
 */
const keepAliveMs = 75_000;

export interface HttpServerOptions {
  services: GraphQLServices;
  host: string;
  /** 0 takes a free one. */
  port: number;
}

export interface HttpServer extends AsyncDisposable {
  /** Where it is reached, without a trailing slash. */
  url: string;
}

/** Serves the API until disposed; then it drains. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { services, host, port } = options;
  const graphql = createGraphQLHttp(services);
  const responses = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    responses.add(response);
    response.once('close', () => responses.delete(response));
    const path = request.url?.split('?', 1)[0];
    if (path === graphqlPath) {
      void graphql(request, response);
    } else if (path === '/') {
      response.writeHead(302, { location: graphqlPath }).end();
    } else {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end('{"error":"not found"}\n');
    }
  });
  server.keepAliveTimeout = keepAliveMs;
  const webSocket = attachGraphQLWebSocket(server, graphql, services);
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  await listening;

  return {
    url: toUrl(server.address() as AddressInfo),
    async [Symbol.asyncDispose]() {
      await drain(server, responses, webSocket.sockets);
      await webSocket[Symbol.asyncDispose]();
      await graphql.dispose();
    },
  };
}

function toUrl({ address, family, port }: AddressInfo): string {
  const everywhere = address === '0.0.0.0' || address === '::';
  if (everywhere) return `http://localhost:${port}`;
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}
