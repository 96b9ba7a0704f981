import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import {
  connect,
  createModelService,
  failureOf,
  listen,
  ndjson,
  replyJson,
  startLines,
  summarize,
  summary,
} from './service.ts';
import type { Handler } from './service.ts';

describe('deadline and abort', () => {
  test.each<[string, Handler]>([
    ['no answer', () => undefined],
    ['half an answer', (_incoming, response) => void response.writeHead(200).write('{')],
    ['half an error', (_incoming, response) => void response.writeHead(500).write('{')],
  ])('%s within the time is a timeout, and closes the connection', async (_what, handler) => {
    const closed = Promise.withResolvers<void>();
    const service = await connect((incoming, response) => {
      response.on('close', closed.resolve);
      handler(incoming, response);
    });
    expect(await failureOf(summarize(service, { timeoutMs: 50 }))).toMatchObject({
      code: 'MODEL_TIMEOUT',
      message: 'The model service did not answer within 0.05 s.',
    });
    await closed.promise;
  });

  test('the time of the service counts for a call that names none', async () => {
    const service = await connect(() => undefined, { timeoutMs: 40 });
    expect((await failureOf(summarize(service))).code).toBe('MODEL_TIMEOUT');
  });

  test.each<[string, Handler]>([
    ['before the answer', () => undefined],
    ['within it', (_incoming, response) => void response.writeHead(200).write('{')],
    [
      'within its lines',
      (_incoming, response) => {
        startLines(response);
        response.write(ndjson([{ progress: 0.5 }]));
      },
    ],
  ])('an abort %s closes the connection and rejects with its reason', async (_when, handler) => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const service = await connect((incoming, response) => {
      response.on('close', closed.resolve);
      handler(incoming, response);
      arrived.resolve();
    });
    const abort = new AbortController();
    const reason = new Error('canceled');
    const outcome = expect(summarize(service, { signal: abort.signal })).rejects.toBe(reason);
    await arrived.promise;
    abort.abort(reason);
    await Promise.all([outcome, closed.promise]);
  });

  test('a signal that was aborted before sends nothing', async () => {
    let requests = 0;
    const service = await connect(() => void requests++);
    const reason = new Error('too late');
    await expect(summarize(service, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(service.health(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(requests).toBe(0);
  });

  test('disposing of the service ends the calls under way', async () => {
    const arrived = Promise.withResolvers<void>();
    const service = await connect(() => arrived.resolve());
    const outcome = failureOf(summarize(service));
    await arrived.promise;
    await service[Symbol.asyncDispose]();
    expect((await outcome).code).toBe('MODEL_UNAVAILABLE');
  });
});

describe('health', () => {
  test('resolves when the service says so', async () => {
    const paths: unknown[] = [];
    const service = await connect((incoming, response) => {
      paths.push([incoming.method, incoming.url]);
      replyJson(200, { status: 'healthy' })(incoming, response);
    });
    await service.health();
    expect(paths).toEqual([['GET', '/health']]);
  });

  test('fails when it does not', async () => {
    const service = await connect(replyJson(503, {}));
    expect((await failureOf(service.health())).code).toBe('MODEL_UNAVAILABLE');
  });
});

test('no more calls are under way at once than connections allow', async () => {
  const held: (() => void)[] = [];
  const url = await listen(
    createServer((incoming, response) => {
      const answer = (): void => void replyJson(200, summary)(incoming, response);
      if (incoming.url === '/probe' || released) answer();
      else held.push(answer);
    }),
  );
  let released = false;
  const service = createModelService({ url, connections: 2 });
  const calls = Array.from({ length: 6 }, () => summarize(service));
  // A request from elsewhere, made after the calls, arrives after all that were sent.
  await fetch(`${url}/probe`);
  expect(held).toHaveLength(2);
  released = true;
  for (const answer of held) answer();
  expect(await Promise.all(calls)).toHaveLength(6);
});
