import { once } from 'node:events';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { handleRequest } from './http/handle-request.ts';
import { createRoutes } from './routes.ts';
import { createTextAnalyzer } from './text/analyze.ts';

export interface BuiltInModelServiceOptions {
  /** 127.0.0.1 unless given; the service has no authentication. */
  host?: string;
  /** 0 takes any free port. */
  port: number;
  /** The folder below which videos and their transcripts are read. */
  mediaRoot: string;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** The least time one step of the work takes (0 unless given), for a demonstration whose bar should be seen moving. */
  stepDelayMs?: number;
}

export interface BuiltInModelService extends AsyncDisposable {
  url: string;
}

/** Serves FOVEA's model contract from transcripts beside the videos; disposal ends open connections. */
export async function startBuiltInModelService(
  options: BuiltInModelServiceOptions,
): Promise<BuiltInModelService> {
  const { host = '127.0.0.1', port, logger, stepDelayMs = 0 } = options;
  const routes = createRoutes({
    mediaRoot: await realpath(options.mediaRoot),
    analyzer: createTextAnalyzer(),
  });
  const server = createServer((request, response) => {
    void handleRequest(request, response, { routes, logger, stepDelayMs });
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  const hostInUrl = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${hostInUrl}:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
