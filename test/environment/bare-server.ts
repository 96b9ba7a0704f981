import type { GraphQLServices } from '../../src/graphql/context.ts';
import type { GraphQLPolicy } from '../../src/graphql/limits/operation-rules.ts';
import type { HttpServer } from '../../src/http/server.ts';
import { createTestStack } from './app.ts';
import type { StackKind } from './app.ts';
import { startBareServices } from './bare-services.ts';
import { openBareStack } from './bare-stack.ts';
import type { BareStack } from './bare-stack.ts';
import { createBrokerProbe } from './broker-probe.ts';
import type { BrokerProbe } from './broker-probe.ts';
import { serve } from './serve.ts';

/** The API on a bare stack: nobody works on jobs, and what happens to rows is the test's. */
export interface BareServer extends HttpServer {
  stack: BareStack;
  probe: BrokerProbe;
}

interface BareServerOptions {
  pingIntervalMs?: number;
  silenceMs?: number;
  policy?: Partial<GraphQLPolicy>;
  /** What resolvers reach in the place of the real thing. */
  change?: Partial<GraphQLServices>;
}

export async function startBareServer(
  kind: StackKind,
  { pingIntervalMs = 10_000, silenceMs, policy, change }: BareServerOptions = {},
): Promise<BareServer> {
  await using opening = new AsyncDisposableStack();
  const stack = opening.use(await openBareStack(opening.use(await createTestStack(kind))));
  const probe = createBrokerProbe();
  const services = opening.use(
    startBareServices(stack, {
      broker: probe.wrap(stack.broker),
      ...(silenceMs === undefined ? {} : { silenceMs }),
    }),
  );
  const server = opening.use(await serve({ ...services, ...change }, pingIntervalMs, policy));
  const opened = opening.move();
  return { url: server.url, stack, probe, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
