import type { GraphQLServices } from '../../src/graphql/context.ts';
import { createProbes } from '../../src/http/probes.ts';
import { startHttpServer } from '../../src/http/server.ts';
import type { HttpServer } from '../../src/http/server.ts';

/** The HTTP server of services that a test has made, on a free port. */
export function serve(services: GraphQLServices, pingIntervalMs = 10_000): Promise<HttpServer> {
  const pages = [createProbes().handle];
  return startHttpServer({ services, pages, host: '127.0.0.1', port: 0, pingIntervalMs });
}
