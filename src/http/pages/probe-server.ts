import type { Logger } from '../../platform/logger.ts';
import { createBoundedServer } from '../bounded-server.ts';
import { listen, toUrl } from '../listen.ts';
import type { Page } from './probes.ts';
import { setSecurityHeaders } from '../front/security-headers.ts';

/** Serves probes and metrics on a port of their own until disposed. */
export async function startProbeServer(options: {
  pages: readonly Page[];
  host: string;
  port: number;
  logger: Logger;
}): Promise<AsyncDisposable & { url: string }> {
  const { server } = createBoundedServer({
    idle: null,
    logger: options.logger,
    handle: (request, response) => {
      setSecurityHeaders(response);
      const path = request.url?.split('?', 1)[0] ?? '';
      if (!options.pages.some((page) => page(path, response))) response.writeHead(404).end();
    },
  });
  await listen(server, options.port, options.host);
  return {
    url: toUrl(server),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}
