import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import {
  connect,
  connectTcp,
  failureOf,
  replyJson,
  secret,
  summarize,
  summary,
} from './service.ts';

describe('a bad answer', () => {
  test.each<[string, string, string]>([
    ['an HTML page', '<html>ok</html>', 'is not JSON'],
    ['nothing', '', 'is not JSON'],
    ['half of a JSON text', JSON.stringify(summary).slice(0, 50), 'is not JSON'],
    ['another shape', JSON.stringify({ summary: secret }), 'is not of the agreed shape: id: '],
    [
      'a number out of range',
      JSON.stringify({ ...summary, confidence: 85 }),
      'is not of the agreed shape: confidence: ',
    ],
    [
      'a whole number that no column holds',
      JSON.stringify({ ...summary, speaker_count: 2 ** 31 }),
      'is not of the agreed shape: speaker_count: ',
    ],
    [
      'a number that no double holds',
      JSON.stringify(summary).replace('12.5', '1e999'),
      'is not of the agreed shape: processing_time_visual: ',
    ],
    ['null', 'null', 'is not of the agreed shape'],
  ])('is %s', async (_what, body, words) => {
    const service = await connect(replyJson(200, body));
    const failure = await failureOf(summarize(service));
    expect(failure.code).toBe('MODEL_BAD_RESPONSE');
    expect(failure.message).toContain(words);
  });

  test('is bytes that are not UTF-8', async () => {
    const service = await connect((_incoming, response) =>
      response.end(Buffer.from([0x22, 0xff, 0xfe, 0x22])),
    );
    expect((await failureOf(summarize(service))).message).toContain('is not text in UTF-8');
  });

  test('is more than is read, and its connection is closed', async () => {
    const closed = Promise.withResolvers<void>();
    const service = await connect((_incoming, response) => {
      response.on('close', closed.resolve);
      writeForever(response, Buffer.alloc(1024 * 1024, ' '));
    });
    expect(await failureOf(summarize(service))).toMatchObject({
      code: 'MODEL_BAD_RESPONSE',
      message: expect.stringContaining('is too large'),
    });
    await closed.promise;
  });

  test('is a line that does not end', async () => {
    const service = await connect((_incoming, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      writeForever(response, Buffer.alloc(1024 * 1024, ' '));
    });
    expect((await failureOf(summarize(service))).message).toContain('has a line that is too long');
  });

  test('is not HTTP', async () => {
    const service = await connectTcp((socket) => socket.end('220 smtp.example.org ESMTP\r\n'));
    expect(await failureOf(summarize(service))).toMatchObject({
      code: 'MODEL_BAD_RESPONSE',
      message: 'The response of the model service is not HTTP.',
    });
  });
});

function writeForever(response: ServerResponse, chunk: Buffer): void {
  const write = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', write);
  write();
}
