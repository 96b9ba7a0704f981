import type { ResolverContext } from '../../../src/graphql/context.ts';
import type { GraphQLPolicy } from '../../../src/graphql/policy/operation-rules.ts';
import { localSession } from '../../../src/access/identity/session.ts';
import { readConfig } from '../../../src/config/config.ts';
import { createProbes } from '../../../src/http/pages/probes.ts';
import { startHttpServer } from '../../../src/http/server.ts';
import type { HttpServer, HttpServerOptions } from '../../../src/http/server.ts';
import type { Limits } from '../../../src/access/limits/limits.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';
import { createTestStack } from './app.ts';
import type { StackKind } from './app.ts';
import { startTestContext } from './resolver-context.ts';
import { openTestStack } from './open-stack.ts';
import type { SharedStack } from './open-stack.ts';
import { createBrokerProbe } from './broker-probe.ts';
import type { BrokerProbe } from './broker-probe.ts';

/** The API alone: no worker runs jobs, and rows change only by what the test does. */
export interface ApiServer extends HttpServer {
  stack: SharedStack;
  probe: BrokerProbe;
  /** Connections that the limits count as open. */
  readonly connections: number;
}

interface ApiServerOptions {
  pingIntervalMs?: number;
  staleAfterMs?: number;
  policy?: Partial<GraphQLPolicy>;
  /** Replaces parts of what resolvers use. */
  context?: Partial<ResolverContext>;
  /** Replaces some of the limits. */
  limits?: Partial<Limits>;
  /** Replaces other options of the HTTP server. */
  overrides?: Partial<HttpServerOptions>;
}

/** Starts the API on a stack of its own, or on one that a file shares and that stays open. */
export async function startApiServer(
  on: StackKind | SharedStack,
  {
    pingIntervalMs,
    staleAfterMs,
    policy,
    context,
    limits: given,
    overrides,
  }: ApiServerOptions = {},
): Promise<ApiServer> {
  await using opening = new AsyncDisposableStack();
  const stack =
    typeof on === 'string'
      ? opening.use(await openTestStack(opening.use(await createTestStack(on))))
      : on;
  const probe = createBrokerProbe();
  const services = opening.use(
    startTestContext(stack, {
      broker: probe.wrap(stack.broker),
      ...(staleAfterMs === undefined ? {} : { staleAfterMs }),
    }),
  );
  const { limits, open } = countConnections({ ...services.limits, ...given });
  const server = opening.use(
    await serveApi({ ...services, limits, ...context }, pingIntervalMs, policy, overrides),
  );
  const opened = opening.move();
  return {
    url: server.url,
    stack,
    probe,
    get connections() {
      return open.size;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** The local viewer's session never expires. */
const noGuards = { guard: () => () => {}, [Symbol.asyncDispose]: async () => {} };

/** A client may keep a connection over which it sends nothing, and closing would wait for its request. */
const drainTimeoutMs = 500;

/** Serves the API with what a test has made for its resolvers, on a free port. */
export function serveApi(
  services: ResolverContext,
  pingIntervalMs = 10_000,
  policy: Partial<GraphQLPolicy> = {},
  overrides: Partial<HttpServerOptions> = {},
): Promise<HttpServer> {
  const config = readConfig({}, jobDefinitions);
  const pages = { open: [createProbes().handle], operator: [] };
  return startHttpServer({
    services,
    pages,
    host: '127.0.0.1',
    port: 0,
    pingIntervalMs,
    drainTimeoutMs,
    authenticate: async () => localSession,
    guards: noGuards,
    front: config.http.front,
    servesConsole: config.http.servesConsole,
    policy: { ...config.graphql, trustedDocuments: null, ...policy },
    ...overrides,
  });
}

function countConnections(limits: Limits): { limits: Limits; open: ReadonlySet<object> } {
  const open = new Set<object>();
  const connect: Limits['connect'] = (address) => {
    const connection = limits.connect(address);
    open.add(connection);
    const close = () => {
      open.delete(connection);
      connection.close();
    };
    return { ...connection, close };
  };
  return { limits: { ...limits, connect }, open };
}
