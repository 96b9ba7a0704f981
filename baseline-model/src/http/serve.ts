import { once } from 'node:events';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { createRoutes } from '../routes.ts';
import { createTextAnalyzer, type TextAnalyzer } from '../text/analyze.ts';
import { isLoopback } from './check-caller.ts';
import { handleRequest } from './handle-request.ts';

export interface ServeOptions {
  /** 127.0.0.1 by default. */
  host?: string;
  /** 0 picks a free port. */
  port: number;
  /** Required bearer token; null or absent: none. */
  token?: string | null;
  /** Folder of the videos and their transcripts. */
  mediaRoot: string;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** A new one by default. */
  analyzer?: TextAnalyzer;
  /** Folders in which ffmpeg is looked for, in the form of PATH; the usual ones by default. */
  programPath?: string | undefined;
  /** Minimum time of a step, 0 by default, so that a demonstration shows progress. */
  stepDelayMs?: number;
}

export interface Served extends AsyncDisposable {
  url: string;
}

/** Serves FOVEA's model contract from transcripts beside the videos, in this thread; disposal closes open connections. */
export async function serve(options: ServeOptions): Promise<Served> {
  const { host = '127.0.0.1', port, token = null, logger, stepDelayMs = 0 } = options;
  const { analyzer = createTextAnalyzer() } = options;
  const mediaRoot = await realpath(options.mediaRoot);
  const routes = createRoutes({ mediaRoot, analyzer, programPath: options.programPath });
  const access = { token, isLocal: isLoopback(host) };
  const server = createServer((request, response) => {
    void handleRequest(request, response, { access, routes, logger, stepDelayMs });
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
