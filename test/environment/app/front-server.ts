import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { FrontConfig } from '../../../src/config/front.ts';
import { createFront } from '../../../src/http/front/front.ts';
import { listen, toUrl } from '../../../src/http/listen.ts';

const defaults: FrontConfig = {
  corsOrigins: [],
  corsCredentials: false,
  allowedHosts: null,
  trustedProxies: [],
};

/** A server with nothing behind its front: what the front admits is answered with 200, or with 101. */
export async function startFrontServer(
  config: Partial<FrontConfig>,
): Promise<AsyncDisposable & { url: string }> {
  const front = createFront({ ...defaults, ...config });
  const server = createServer((request, response) => {
    if (front.admit(request, response)) response.end('served');
  });
  server.on('upgrade', (request, raw) => {
    if (!front.admitUpgrade(request, raw as Socket)) return;
    raw.end(
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    );
  });
  await listen(server, 0, '127.0.0.1');
  return {
    url: toUrl(server),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
