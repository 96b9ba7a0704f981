import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { connectTcp, createModelService, failureOf, summarize } from './service.ts';

describe('a service out of reach', () => {
  test('refuses the connection', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const service = createModelService({ url: `http://127.0.0.1:${port}` });
    const failure = await failureOf(summarize(service));
    expect(failure).toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: 'The model service is not reachable.',
      retryable: true,
    });
    expect(failure.cause).toEqual({ code: 'ECONNREFUSED' });
    expect((await failureOf(service.health())).code).toBe('MODEL_UNAVAILABLE');
  });

  test('has a name that does not resolve', async () => {
    const service = createModelService({ url: 'http://model-service.invalid:8000' });
    expect((await failureOf(summarize(service))).code).toBe('MODEL_UNAVAILABLE');
  });

  test.each<[string, (socket: Socket) => void]>([
    ['before an answer', (socket) => socket.resetAndDestroy()],
    ['within the head', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-')],
    [
      'within a JSON body',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id":'),
    ],
    [
      'within lines',
      (socket) =>
        socket.end(
          'HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n11\r\n{"progress":0.5}\n\r\n',
        ),
    ],
  ])('cuts the connection %s', async (_when, act) => {
    const service = await connectTcp((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => act(socket));
    });
    expect(await failureOf(summarize(service))).toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: 'The connection to the model service was lost.',
    });
  });
});
