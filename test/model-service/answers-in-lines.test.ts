import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import type { JobErrorCode } from '../../src/errors.ts';
import type { ModelCall } from '../../src/model-service/client.ts';
import { connect, failureOf, ndjson, secret, startLines, summarize, summary } from './service.ts';

describe('an answer in lines', () => {
  const heard: unknown[] = [];
  const listeners: Partial<ModelCall> = {
    onProgress: (share, stage) => heard.push([share, stage]),
    onLog: (level, message) => heard.push([level, message]),
  };

  afterEach(() => {
    heard.length = 0;
  });

  test('tells progress and log in their order, as they arrive', async () => {
    const first = Promise.withResolvers<void>();
    const service = await connect(async (_incoming, response) => {
      startLines(response);
      response.write(ndjson([{ progress: 0.1, stage: 'reading' }]));
      // The rest comes only after the first line was heard.
      await first.promise;
      response.end(
        ndjson([
          { log: { level: 'warn', message: 'dark' } },
          { heartbeat: true },
          { progress: 7 },
          { progress: 0.9 },
          { log: { level: 'debug', message: 'ok' } },
          { result: summary },
        ]),
      );
    });
    const answer = await summarize(service, {
      ...listeners,
      onProgress: (share, stage) => {
        listeners.onProgress?.(share, stage);
        first.resolve();
      },
    });
    expect(answer).toMatchObject({ summary: summary.summary });
    expect(heard).toEqual([
      [0.1, 'reading'],
      ['WARN', 'dark'],
      [0.9, undefined],
      ['DEBUG', 'ok'],
    ]);
  });

  test('may be cut anywhere, within characters and without a last newline', async () => {
    const bytes = Buffer.from(
      ndjson([{ log: { level: 'info', message: 'naïve 🐋' } }, { result: summary }]).trimEnd(),
    );
    const service = await connect(async (_incoming, response) => {
      startLines(response);
      for (const byte of bytes) if (!response.write(Buffer.of(byte))) await once(response, 'drain');
      response.end();
    });
    expect(await summarize(service, listeners)).toMatchObject({ summary: summary.summary });
    expect(heard).toEqual([['INFO', 'naïve 🐋']]);
  });

  test('is done with its result, though the service does not end it', async () => {
    const service = await connect((_incoming, response) => {
      startLines(response);
      response.write(ndjson([{ result: summary }]));
    });
    expect(await summarize(service)).toMatchObject({ id: summary.id });
  });

  test.each<[string, unknown[], JobErrorCode, string]>([
    [
      'an error line',
      [{ error: { status: 500, detail: secret } }],
      'MODEL_UNAVAILABLE',
      'failed (500)',
    ],
    [
      'a 404 line',
      [{ error: { status: 404, detail: 'No transcript for clip.mp4' } }],
      'INVALID_INPUT',
      'No transcript for clip.mp4',
    ],
    [
      'an error of no shape',
      [{ error: secret }],
      'MODEL_BAD_RESPONSE',
      'has an error without a status',
    ],
    ['no result', [{ progress: 0.5 }], 'MODEL_BAD_RESPONSE', 'ended without a result'],
    [
      'a result of another shape',
      [{ result: { id: 1 } }],
      'MODEL_BAD_RESPONSE',
      'not of the agreed shape',
    ],
  ])('with %s fails', async (_what, lines, code, words) => {
    const service = await connect((_incoming, response) => {
      startLines(response);
      response.end(ndjson(lines));
    });
    const failure = await failureOf(summarize(service));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(words);
  });

  test('with a line that is not JSON fails', async () => {
    const service = await connect((_incoming, response) => {
      startLines(response);
      response.end(`{"progress":0.5}\n${secret}\n`);
    });
    expect((await failureOf(summarize(service))).message).toContain('is not JSON');
  });

  test('keeps a fault in a listener what it is', async () => {
    const service = await connect((_incoming, response) => {
      startLines(response);
      response.write(ndjson([{ progress: 0.5 }]));
    });
    const fault = new TypeError('a bug');
    await expect(
      summarize(service, {
        onProgress: () => {
          throw fault;
        },
      }),
    ).rejects.toBe(fault);
  });
});
