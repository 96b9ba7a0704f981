/** A strict stand-in of FOVEA's model service: it refuses what that refuses, and has its traps. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { refuse } from './route.ts';
import type { FoveaReply, FoveaRoute } from './route.ts';

export interface FoveaService extends AsyncDisposable {
  url: string;
  /** Requests in the order of their arrival, with what was answered. */
  calls: readonly FoveaCall[];
}

interface FoveaCall extends FoveaReply {
  path: string;
  request: unknown;
}

/** Starts it with these routes, each by its path. It answers to `/health` as well. */
export async function startFoveaService(routes: Record<string, FoveaRoute>): Promise<FoveaService> {
  const calls: FoveaCall[] = [];

  function answer(path: string, method: string, request: unknown): FoveaReply {
    if (path === '/health') return { status: 200, body: { status: 'healthy' } };
    const route = routes[path];
    if (!route) return refuse(404, 'Not Found');
    if (method !== 'POST') return refuse(405, 'Method Not Allowed');
    if (request === undefined)
      return refuse(422, [{ type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error' }]);
    return route(request);
  }

  const server = createServer((request, response) => {
    void (async () => {
      const body: unknown = await json(request).catch(() => undefined);
      const path = request.url ?? '';
      const reply = answer(path, request.method ?? '', body);
      if (path !== '/health') calls.push({ path, request: body, ...reply });
      response.writeHead(reply.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(reply.body));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
