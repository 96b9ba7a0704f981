import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLServices } from '../graphql/context.ts';
import { drain } from './drain.ts';
import { createGraphQLHttp } from './graphql-http.ts';
import { attachGraphQLWebSocket } from './graphql-websocket.ts';
import { startHeartbeat } from './heartbeat.ts';
import { createJobApi, jobApiPath } from './job-api.ts';
import { listen, toUrl } from './listen.ts';
import { runRequest } from '../request-id.ts';
import { graphqlPath, requestIdHeader } from './paths.ts';
import type { Page } from './probes.ts';

/**
 * How long an idle connection is kept: longer than proxies and clients keep theirs, so that it is never we who close one
 * that a request is about to use.
 */
const keepAliveMs = 75_000;
/** How long a client may take to send its headers, and the whole of its request. */
const headersTimeoutMs = 15_000;
const requestTimeoutMs = 30_000;

export interface HttpServerOptions {
  services: GraphQLServices;
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** How often idle subscriptions are pinged. */
  pingIntervalMs: number;
  /** Served beside the API. */
  pages: readonly Page[];
}

export interface HttpServer extends AsyncDisposable {
  /** Where it is reached, without a trailing slash. */
  url: string;
}

/** Serves the API until disposed; then it drains. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { services, host, port, pages } = options;
  await using stack = new AsyncDisposableStack();
  const heartbeat = stack.use(startHeartbeat(options.pingIntervalMs));
  const graphql = stack.use(createGraphQLHttp(services, heartbeat));
  const jobApi = createJobApi(services, graphql.execution);
  const streams = new Set<ServerResponse>();

  function handle(request: IncomingMessage, response: ServerResponse): void {
    streams.add(response);
    response.once('close', () => streams.delete(response));
    const path = request.url?.split('?', 1)[0] ?? '';
    if (pages.some((page) => page(path, response))) return;
    const given = request.headers[requestIdHeader];
    if (path === graphqlPath) runRequest(given, () => void graphql.handle(request, response));
    else if (path.startsWith(jobApiPath))
      runRequest(given, () => void jobApi.handle(request, response));
    else if (path === '/') response.writeHead(302, { location: graphqlPath }).end();
    else answerNotFound(response);
  }

  const server = createServer(
    {
      keepAliveTimeout: keepAliveMs,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      noDelay: true,
    },
    handle,
  );
  const { execution } = graphql;
  const { logger, metrics } = services;
  const delivery = metrics.deliveries.websocket;
  const webSocket = stack.use(
    attachGraphQLWebSocket(server, { execution, heartbeat, delivery, logger }),
  );
  await listen(server, port, host);
  stack.defer(async () => {
    jobApi.endWaiting();
    await drain(server, streams, webSocket.sockets);
  });
  const started = stack.move();
  return {
    url: toUrl(server),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

function answerNotFound(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'application/json' });
  response.end('{"error":"not found"}\n');
}
