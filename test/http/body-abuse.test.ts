import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { useSurvivingServer } from '../environment/app/use-surviving-server.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { sendRequest } from '../environment/clients/http-request.ts';

expectNoLeaks();

const megabyte = 1_000_000;
const json = { 'content-type': 'application/json' };

const server = useSurvivingServer();

function post(body: string | Buffer, headers: Record<string, string> = json) {
  return sendRequest(server.url, { method: 'POST', headers, body });
}

function nest(open: string, close: string, depth: number): string {
  return open.repeat(depth) + close.repeat(depth);
}

const withVariables = (variables: string, query = '{ __typename }') =>
  `{"query":${JSON.stringify(query)},"variables":${variables}}`;

describe('a body that is no operation', () => {
  test.each([
    ['is empty', ''],
    ['is cut off', '{"query":"{ __typen'],
    ['opens and never closes', '['.repeat(90_000)],
    ['is deep', nest('[', ']', 45_000)],
    ['is NUL', '\0'],
    ['has NUL in it', '{"query":"{ __typename }"\0}'],
    ['is no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    ['is text', '"{ __typename }"'],
    ['is null', 'null'],
    ['is a list', '[{"query":"{ __typename }"}]'],
    ['has a number in the place of the query', '{"query":1}'],
    ['has keys of objects', '{"__proto__":{"query":"{ __typename }"},"constructor":1}'],
  ])('is refused when it %s', async (_how, body) => {
    const accept = 'application/graphql-response+json';
    const { status } = await post(body, { ...json, accept });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });

  test.each([
    ['variables are deep', withVariables(`{"a":${nest('[', ']', 20_000)}}`)],
    ['variables are deep objects', withVariables(`${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`)],
    [
      'extensions are deep',
      `{"query":"{ __typename }","extensions":{"a":${nest('[', ']', 20_000)}}}`,
    ],
    ['the query is deep', JSON.stringify({ query: nest('{ a ', '}', 15_000) })],
    [
      'lists in the query are deep',
      JSON.stringify({ query: `{ job(id: ${nest('[', ']', 40_000)}) { id } }` }),
    ],
    ['an id has NUL in it', JSON.stringify({ query: String.raw`{ job(id: "a\u0000b") { id } }` })],
    ['an id is half a character', String.raw`{"query":"{ job(id: \"\ud800\") { id } }"}`],
    [
      'an id in variables is half a character',
      withVariables(String.raw`{"id":"\udfff\u0000"}`, 'query ($id: ID!) { job(id: $id) { id } }'),
    ],
    [
      'an id is long',
      withVariables(`{"id":"${'a'.repeat(40_000)}"}`, 'query ($id: ID!) { job(id: $id) { id } }'),
    ],
    [
      'a variable is a prototype',
      withVariables('{"__proto__":{"id":"a"}}', 'query ($id: ID!) { job(id: $id) { id } }'),
    ],
    [
      'a number is huge',
      withVariables(
        '{"first":1e400}',
        'query ($first: Int) { jobs(first: $first) { edges { cursor } } }',
      ),
    ],
  ])('does no harm when %s', async (_what, body) => {
    for (const accept of [
      'application/json',
      'application/graphql-response+json',
      'text/event-stream',
    ]) {
      const answer = await post(body, { ...json, accept });
      expect(answer.status).toBeLessThan(500);
      expect(answer.body).not.toMatch(/errorId|Maximum call stack|node_modules|\.ts:\d/);
    }
  });
});

describe('a body that is not read', () => {
  test('is refused at 20 MB', async () => {
    expect((await post(Buffer.alloc(20 * megabyte, ' '))).status).toBe(413);
  });

  test.each(['gzip', 'br', 'deflate', 'zstd', 'GZIP', 'identity, gzip', 'x'])(
    'is refused when it is compressed: %s',
    async (coding) => {
      const bomb = gzipSync(Buffer.alloc(10 * megabyte, ' '));
      const answer = await post(bomb, { ...json, 'content-encoding': coding });
      expect(answer.status).toBe(415);
    },
  );

  test.each([
    'text/plain',
    'application/xml',
    'application/json5',
    'a',
    '\u00ff',
    'application/octet-stream',
  ])('is refused when it says to be %s', async (type) => {
    const answer = await post('{"query":"{ __typename }"}', { 'content-type': type });
    expect(answer.status).toBe(415);
  });

  test('is refused to whoever reserved a stream too', async () => {
    const headers = { ...json, 'x-graphql-event-stream-token': 'a', 'content-encoding': 'gzip' };
    expect(await post(gzipSync('{}'), headers)).toMatchObject({ status: 415 });
  });
});
