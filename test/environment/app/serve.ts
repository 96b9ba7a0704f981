import type { ResolverContext } from '../../../src/graphql/context.ts';
import { localSession } from '../../../src/access/identity/session.ts';
import { readConfig } from '../../../src/config/config.ts';
import type { GraphQLPolicy } from '../../../src/graphql/policy/operation-rules.ts';
import { createProbes } from '../../../src/http/pages/probes.ts';
import { startHttpServer } from '../../../src/http/server.ts';
import type { HttpServer, HttpServerOptions } from '../../../src/http/server.ts';
import { jobDefinitions } from '../../../src/subjects/index.ts';

/** For the one local person, whose right never ends. */
const openGuards = { guard: () => () => {}, [Symbol.asyncDispose]: async () => {} };

/** The HTTP server of services that a test has made, on a free port. */
export function serve(
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
    authenticate: async () => localSession,
    guards: openGuards,
    front: config.http.front,
    policy: { ...config.graphql, trustedDocuments: null, ...policy },
    ...overrides,
  });
}
