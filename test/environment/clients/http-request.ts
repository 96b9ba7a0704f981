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

/** Asks with any header, `host` and those of browsers too, which `fetch` sets by itself. */
export async function sendRequest(url: string, options: RawRequest = {}): Promise<HttpResponse> {
  const { method = 'GET', path = '/graphql', headers = {}, body } = options;
  const { hostname, port } = new URL(url);
  const sent = request({ hostname, port, method, path, headers, agent: false });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  // Who is refused while it still sends, is not heard to the end.
  sent.on('error', () => undefined);
  return {
    status: response.statusCode!,
    headers: response.headers,
    body: (await response.toArray()).join(''),
  };
}

/** Asks for a WebSocket, and goes away again: 101 when it may have one. */
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
