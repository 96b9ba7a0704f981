import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { Agent } from 'undici';
import { describe, expect, test } from 'vitest';
import { operationLists } from './areas/operation-lists.ts';
import { runCases } from './run-cases.ts';
import type { Target } from './target.ts';

const open = ':\n\n';
const next = (id: string) => `event: next\ndata: {"id":${JSON.stringify(id)},"payload":{}}\n\n`;
const complete = (id: string) => `event: complete\ndata: {"id":${JSON.stringify(id)}}\n\n`;

/** A server that answers a list of operations like this, by their ids. */
async function startAnswering(answer: (ids: string[]) => string) {
  const server = createServer((request, response) => {
    const send = (ids: string[] | undefined) => {
      if (!ids) return response.writeHead(400).end('{}');
      return response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer(ids));
    };
    void readText(request).then(listIds).then(send);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const agent = new Agent();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    target: { url, agent, headers: {}, ids: { jobId: 'a-job' }, badLines: [] } as unknown as Target,
    async [Symbol.asyncDispose]() {
      await agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The ids in a right list; undefined if it is not one. */
function listIds(body: string): string[] | undefined {
  try {
    const list = JSON.parse(body.replace(/^\ufeff/, '')) as {
      extensions: { operationId: string };
    }[];
    const ids = list.map(({ extensions }) => extensions.operationId);
    const areRight = ids.every((id) => typeof id === 'string') && new Set(ids).size === ids.length;
    return areRight ? ids : undefined;
  } catch {
    return undefined;
  }
}

describe('lists of operations', () => {
  const run = async (answer: (ids: string[]) => string) => {
    await using server = await startAnswering(answer);
    return await runCases(server.target, { ...operationLists, count: 60 }, 1);
  };
  const right = (ids: string[]) => ids.map((id) => next(id) + complete(id)).join('');

  test('a server that is right is left alone', async () => {
    expect(await run((ids) => open + right(ids))).toBe(60);
  });

  test.each([
    ['an event of an operation that nobody has sent', () => next('another'), 'which is not open'],
    ['an event after the last', (ids: string[]) => right(ids) + ids.map(next).join(''), 'not open'],
    ['an end that is not said', (ids: string[]) => ids.map(next).join(''), 'nobody has said so'],
    [
      'a line break in an id',
      (ids: string[]) => ids.map((id) => next(id).replace('"id"', '\n"id"')).join(''),
      'no event of a list',
    ],
    [
      'what our code is called',
      (ids: string[]) => right(ids).replaceAll('{}', '"at x.ts:12"'),
      'reveals',
    ],
  ])('%s is found', async (_what, answer, fault) => {
    await expect(run((ids) => open + answer(ids))).rejects.toThrow(fault);
  });
});
