import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBareServer } from './environment/bare-server.ts';
import type { BareServer } from './environment/bare-server.ts';
import { expectNoLeaks } from './environment/leaks.ts';

expectNoLeaks();

let server: BareServer;

beforeAll(async () => {
  server = await startBareServer('embedded');
});

afterAll(() => server[Symbol.asyncDispose]());

function post(body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    duplex: 'half',
  } as RequestInit);
}

const query = '{ __typename }';

test('a body of up to 100 kB is read, and of a larger one no more', async () => {
  const padded = JSON.stringify({ query: query.padEnd(99_900) });
  expect(await (await post(padded)).json()).toEqual({ data: { __typename: 'Query' } });
  const answer = await post(JSON.stringify({ query: query.padEnd(5_000_000) }));
  expect(answer.status).toBe(413);
  expect(await answer.json()).toEqual({
    errors: [{ message: 'A request has 100000 bytes at most.' }],
  });
});

test('a body that does not say its length is measured all the same', async () => {
  const chunk = new TextEncoder().encode(' '.repeat(10_000));
  let left = 50;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (left > 0) controller.enqueue(chunk);
      else controller.close();
      left -= 1;
    },
  });
  expect((await post(body)).status).toBe(413);
});

test('a client that goes away in the middle of its body leaves the others alone', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"query"',
  );
  socket.destroy();
  await once(socket, 'close');
  expect(await (await post(JSON.stringify({ query }))).json()).toMatchObject({ data: {} });
});
