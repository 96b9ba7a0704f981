import type { ResolverContext } from '../../../src/graphql/context.ts';
import type { GraphQLPolicy } from '../../../src/graphql/policy/operation-rules.ts';
import type { HttpServer, HttpServerOptions } from '../../../src/http/server.ts';
import type { Limits } from '../../../src/access/limits/limits.ts';
import { createTestStack } from './app.ts';
import type { StackKind } from './app.ts';
import { startTestContext } from './resolver-context.ts';
import { openTestStack } from './open-stack.ts';
import type { OpenStack } from './open-stack.ts';
import { createBrokerProbe } from './broker-probe.ts';
import type { BrokerProbe } from './broker-probe.ts';
import { serve } from './serve.ts';

/** The API on a bare stack: nobody works on jobs, and what happens to rows is the test's. */
export interface ApiServer extends HttpServer {
  stack: OpenStack;
  probe: BrokerProbe;
  /** Connections that hold a place, by the limits. */
  readonly places: number;
}

interface ApiServerOptions {
  pingIntervalMs?: number;
  staleAfterMs?: number;
  policy?: Partial<GraphQLPolicy>;
  /** What resolvers reach in the place of the real thing. */
  change?: Partial<ResolverContext>;
  /** What the server is told beyond that. */
  overrides?: Partial<HttpServerOptions>;
}

export async function startApiServer(
  kind: StackKind,
  { pingIntervalMs = 10_000, staleAfterMs, policy, change, overrides }: ApiServerOptions = {},
): Promise<ApiServer> {
  await using opening = new AsyncDisposableStack();
  const stack = opening.use(await openTestStack(opening.use(await createTestStack(kind))));
  const probe = createBrokerProbe();
  const services = opening.use(
    startTestContext(stack, {
      broker: probe.wrap(stack.broker),
      ...(staleAfterMs === undefined ? {} : { staleAfterMs }),
    }),
  );
  const counted = countPlaces(services.limits);
  const serving = { ...services, limits: counted.limits, ...change };
  const server = opening.use(await serve(serving, pingIntervalMs, policy, overrides));
  const opened = opening.move();
  return {
    url: server.url,
    stack,
    probe,
    get places() {
      return counted.open.size;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function countPlaces(limits: Limits): { limits: Limits; open: ReadonlySet<object> } {
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
