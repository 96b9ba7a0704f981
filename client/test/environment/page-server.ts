import { createServer, request as sendRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';

/** A host that has a page of its own, and hands everything else on to the server at `apiUrl`. */
export async function startPageServer(
  apiUrl: string,
  scripts: ReadonlyMap<string, string>,
): Promise<AsyncDisposable & { url: string }> {
  const { hostname, port } = new URL(apiUrl);
  const [entry] = scripts.keys();
  const html = `<!doctype html><title>Test</title><div id="root"></div><script type="module" src="${entry}"></script>`;
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const path = request.url!.split('?', 1)[0]!;
    if (path === '/page') return response.setHeader('content-type', 'text/html').end(html);
    const script = scripts.get(path);
    if (script) return response.setHeader('content-type', 'text/javascript').end(script);
    const { method, url, headers } = request;
    const passed = sendRequest({ hostname, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    return request.pipe(passed);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const passed = connect(Number(port), hostname, () => {
      const headers = request.rawHeaders
        .map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`))
        .join('');
      passed.write(`GET ${request.url} HTTP/1.1\r\n${headers}\r\n`);
      passed.write(head);
      socket.pipe(passed).pipe(socket);
    });
    for (const [one, other] of [
      [socket, passed],
      [passed, socket],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
