import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticator } from '../access/identity/authenticator.ts';
import type { Guards } from '../access/identity/guards.ts';
import type { FrontConfig } from '../config/front.ts';
import { assertOperator } from '../db/viewer.ts';
import type { ResolverContext } from '../graphql/context.ts';
import { showsGraphiQL } from '../graphql/policy/operation-rules.ts';
import type { GraphQLPolicy } from '../graphql/policy/operation-rules.ts';
import type { Logger } from '../platform/logger.ts';
import { runRequest } from '../platform/request-id.ts';
import { createAccessControl } from './front/access-control.ts';
import type { AccessControl } from './front/access-control.ts';
import { refuse, respondWithError } from './respond.ts';
import { createBoundedServer } from './bounded-server.ts';
import { findContentRefusal } from './content.ts';
import { readCredentials } from './front/credentials.ts';
import { drain } from './live/drain.ts';
import type { OpenStream } from './live/drain.ts';
import { sendLatest } from './live/send-latest.ts';
import { createFront } from './front/front.ts';
import { createConsolePage } from './pages/console-page.ts';
import type { ConsolePage } from './pages/console-page.ts';
import { createGraphiQLPage } from './pages/graphiql-page.ts';
import { createGraphQLHttp } from './graphql/graphql-http.ts';
import type { GraphQLHttp } from './graphql/graphql-http.ts';
import { attachGraphQLWebSocket } from './live/websocket/server.ts';
import { startHeartbeat } from './live/heartbeat.ts';
import { createBatchApi } from './rest/batch-api.ts';
import { createJobApi } from './rest/job-api.ts';
import type { PollApi } from './rest/poll-api.ts';
import { createMediaApi } from './media/media-api.ts';
import type { MediaApi } from './media/media-api.ts';
import { mediaPath } from '../subjects/video/media-url.ts';
import { listen, toUrl } from './listen.ts';
import { graphqlPath, metricsPath, requestIdHeader } from './paths.ts';
import type { Page } from './pages/probes.ts';

export interface Pages {
  open: readonly Page[];
  operator: readonly Page[];
}

export interface HttpServerOptions {
  services: ResolverContext;
  authenticate: Authenticator['authenticate'];
  guards: Guards;
  front: FrontConfig;
  policy: GraphQLPolicy;
  /** Whether the console is served. */
  servesConsole: boolean;
  host: string;
  /** 0 chooses a free port. */
  port: number;
  /** How often idle subscriptions are pinged. */
  pingIntervalMs: number;
  /** How long an answer may wait for a client that does not read it. */
  unreadTimeoutMs?: number;
  /** Bytes of answers that may wait for clients to read them, of all connections together. */
  maxUnreadBytes?: number;
  /** How long a running request may still take when the server is disposed. */
  drainTimeoutMs?: number;
  /** Pages that anybody may read, and pages for operators only. */
  pages: Pages;
}

export interface HttpServer extends AsyncDisposable {
  /** Its URL, without a trailing slash. */
  url: string;
}

/** Serves the API until disposed; then it drains. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { services, authenticate, guards, policy, host, port } = options;
  const { limits, logger, metrics } = services;
  await using stack = new AsyncDisposableStack();
  const heartbeat = stack.use(startHeartbeat(options.pingIntervalMs));
  const front = createFront(options.front);
  const { readAddress, admitUpgrade, trust } = front;
  const accessControl = createAccessControl({ authenticate, guards, limits, readAddress });
  const bounded = createBoundedServer({
    logger,
    unreadTimeoutMs: options.unreadTimeoutMs,
    idle: { connections: limits.idleConnections, trust },
    maxUnreadBytes: options.maxUnreadBytes,
    handle: (request, response) => {
      if (front.admit(request, response)) route(request, response);
    },
  });
  const { server, unreadTimeoutMs } = bounded;
  const streams = new Set<OpenStream>();
  const streaming = { heartbeat, streams, unreadTimeoutMs };
  const graphql = stack.use(createGraphQLHttp({ services, streaming, accessControl, policy }));
  const { execution } = graphql;
  const polled = [createJobApi, createBatchApi].map((create) =>
    create({ services, execution, accessControl }),
  );
  const media = createMediaApi({ services, accessControl, mask: execution.mask, streams });
  const { pages } = options;
  const console = options.servesConsole ? createConsolePage(logger) : null;
  const shown = { pages, console };
  const route = createRoutes({ ...shown, logger, policy, accessControl, graphql, polled, media });
  const delivery = metrics.deliveries.websocket;
  const socketOptions = { execution, accessControl, admitUpgrade, heartbeat, delivery, logger };
  const webSocket = stack.use(attachGraphQLWebSocket(bounded, socketOptions));
  await listen(server, port, host);
  stack.defer(async () => {
    await sendLatest(services, execution);
    for (const { endWaiting } of polled) endWaiting();
    await drain(bounded, streams, webSocket.sockets, options.drainTimeoutMs);
  });
  const started = stack.move();
  return {
    url: toUrl(server),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

interface Routes {
  pages: Pages;
  accessControl: AccessControl;
  logger: Logger;
  policy: GraphQLPolicy;
  graphql: GraphQLHttp;
  polled: readonly PollApi[];
  media: MediaApi;
  console: ConsolePage | null;
}

function createRoutes({ pages, logger, policy, accessControl, ...routes }: Routes) {
  const { graphql, polled, media, console } = routes;
  const graphiql = createGraphiQLPage(logger, showsGraphiQL(policy));

  function handleGraphQL(request: IncomingMessage, response: ServerResponse): void {
    const refusal = findContentRefusal(request);
    if (refusal) refuse(response, ...refusal);
    else void graphql.handle(request, response);
  }

  /** Metrics are about all owners, so only operators may read them. */
  async function handleMetrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { viewer } = await accessControl.authenticate(request, readCredentials(request));
      assertOperator(viewer);
      if (!pages.operator.some((page) => page(metricsPath, response))) answerNotFound(response);
    } catch (error) {
      respondWithError(response, graphql.execution.mask(error));
    }
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url?.split('?', 1)[0] ?? '';
    if (pages.open.some((page) => page(path, response))) return;
    if (graphiql(path, request, response) || console?.answer(path, request, response)) return;
    const requestId = request.headers[requestIdHeader];
    const poll = polled.find(({ hasPath }) => hasPath(path));
    if (path === graphqlPath) runRequest(requestId, () => handleGraphQL(request, response));
    else if (poll) runRequest(requestId, () => void poll.handle(request, response));
    else if (path.startsWith(mediaPath)) runRequest(requestId, () => void media(request, response));
    else if (path === metricsPath) void handleMetrics(request, response);
    else if (path === '/') response.writeHead(302, { location: graphqlPath }).end();
    else if (!console?.answerMissing(path, request, response)) answerNotFound(response);
  };
}

function answerNotFound(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'application/json' });
  response.end('{"error":"not found"}\n');
}
