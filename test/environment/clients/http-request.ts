import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';

export interface HttpResponse {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface RawRequest {
  method?: string;
  path?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
}

/** Sends a request with any headers, also those that `fetch` sets itself, such as `host` and `origin`. */
export async function sendRequest(url: string, options: RawRequest = {}): Promise<HttpResponse> {
  const { method = 'GET', path = '/graphql', headers = {}, body } = options;
  const { hostname, port } = new URL(url);
  const sent = request({ hostname, port, method, path, headers, agent: false });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  // The server may refuse a request, and close, before the body has been sent.
  sent.on('error', () => undefined);
  return {
    status: response.statusCode!,
    headers: response.headers,
    body: (await response.toArray()).join(''),
  };
}

/** Requests a WebSocket, and closes it: the status is 101 if the server has accepted it. */
export async function requestUpgrade(
  url: string,
  headers: Record<string, string> = {},
  path = '/graphql',
): Promise<HttpResponse> {
  const { hostname, port } = new URL(url);
  const sent = request({
    hostname,
    port,
    path,
    agent: false,
    headers: {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
      'sec-websocket-protocol': 'graphql-transport-ws',
      ...headers,
    },
  });
  sent.end();
  const upgraded = Promise.withResolvers<HttpResponse>();
  sent.once('upgrade', ({ headers: answered }: IncomingMessage, socket: Duplex) => {
    socket.destroy();
    upgraded.resolve({ status: 101, headers: answered, body: '' });
  });
  sent.once('response', (response: IncomingMessage) => {
    const status = response.statusCode!;
    const finish = (chunks: unknown[]) =>
      upgraded.resolve({ status, headers: response.headers, body: chunks.join('') });
    response.toArray().then(finish, upgraded.reject);
  });
  sent.once('error', upgraded.reject);
  return upgraded.promise;
}
