import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface StrictAnswer {
  status: number;
  body: object;
}

/** What FOVEA's service does at one route: a function of the request's JSON. */
export type StrictRoute = (request: unknown) => StrictAnswer;

export interface FoveaService extends AsyncDisposable {
  url: string;
  /** All requests to its routes, in the order of their arrival. */
  calls: readonly { path: string; body: unknown; status: number }[];
}

/**
 * A stand-in for FOVEA's model service, which refuses whatever the newest release refuses: each route is written from its
 * contract alone, and shares no schema with ours.
 */
export async function startFoveaService(
  routes: Readonly<Record<string, StrictRoute>>,
): Promise<FoveaService> {
  const calls: { path: string; body: unknown; status: number }[] = [];

  function answer(
    { method, url: path = '', headers }: IncomingMessage,
    body: unknown,
  ): StrictAnswer {
    const route = routes[path];
    if (path === '/health') return { status: 200, body: { status: 'healthy' } };
    if (!route) return { status: 404, body: { detail: 'Not Found' } };
    if (method !== 'POST') return { status: 405, body: { detail: 'Method Not Allowed' } };
    const isJson = headers['content-type'] === 'application/json';
    return isJson && body !== undefined ? route(body) : unprocessable;
  }

  const server = createServer((request, response) => {
    void (async () => {
      const body: unknown = await json(request).catch(() => undefined);
      const { status, body: answered } = answer(request, body);
      if (request.url !== '/health') calls.push({ path: request.url ?? '', body, status });
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answered));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const unprocessable: StrictAnswer = {
  status: 422,
  body: { detail: [{ type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error' }] },
};
