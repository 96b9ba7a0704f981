import { describe, expect, test } from 'vitest';
import type { JobErrorCode } from '../../src/errors.ts';
import { connect, failureOf, replyJson, secret, summarize } from './service.ts';

const fastapi422 = {
  detail: [
    {
      type: 'less_than_equal',
      loc: ['body', 'max_frames'],
      msg: 'Input should be less than or equal to 100',
      input: secret,
    },
    {
      type: 'value_error',
      loc: ['body', 'video_path', 0],
      msg: 'No such file: /data/x',
      input: secret,
    },
  ],
};
const noEndpoint = (status: number): string =>
  `The model service has no such endpoint (${status}): its address or its version is wrong.`;
const leak = { detail: `Summarization failed: /data/videos/x.mp4 ${secret}` };

describe('an error status', () => {
  test.each<[number, unknown, JobErrorCode, string]>([
    [
      400,
      { detail: `Missing API key: ${secret}` },
      'MODEL_REJECTED',
      'The model service refused the request (400).',
    ],
    [
      400,
      { detail: 'fusion_strategy needs audio.' },
      'MODEL_REJECTED',
      'The model service refused the request (400): fusion_strategy needs audio.',
    ],
    [
      400,
      { detail: `RuntimeError: CUDA out of memory` },
      'MODEL_REJECTED',
      'The model service refused the request (400).',
    ],
    [
      400,
      {
        detail: 'Invalid mask encoding: cannot reshape array of size 57600 into shape (360,640)',
      },
      'INVALID_INPUT',
      'The video has 640 × 360 pixels, which is not what it is registered with.',
    ],
    [
      400,
      { detail: 'Invalid mask encoding: Incorrect padding' },
      'INVALID_INPUT',
      'The model service could not read the masks: Invalid mask encoding: Incorrect padding.',
    ],
    [401, {}, 'MODEL_REJECTED', 'The model service refused the request (401).'],
    [409, '', 'MODEL_REJECTED', 'The model service refused the request (409).'],
    [
      404,
      { detail: 'Video not found: v1.' },
      'INVALID_INPUT',
      'The model service could not find what this job works on: Video not found: v1.',
    ],
    [
      404,
      { detail: `Not at /data/videos ${secret}` },
      'INVALID_INPUT',
      'The model service could not find what this job works on.',
    ],
    [
      404,
      { detail: `${secret}${'x'.repeat(200)}` },
      'INVALID_INPUT',
      'The model service could not find what this job works on.',
    ],
    [404, { detail: 'Not Found' }, 'MODEL_UNAVAILABLE', noEndpoint(404)],
    [404, '<html>', 'MODEL_UNAVAILABLE', noEndpoint(404)],
    [405, { detail: 'Method Not Allowed' }, 'MODEL_UNAVAILABLE', noEndpoint(405)],
    [
      422,
      fastapi422,
      'INVALID_INPUT',
      'The model service refused the input (422): body.max_frames: Input should be less than or equal to 100; body.video_path.0.',
    ],
    [
      422,
      { detail: 'max_frames must be even.' },
      'INVALID_INPUT',
      'The model service refused the input (422): max_frames must be even.',
    ],
    [
      422,
      { detail: [{ type: 'extra_forbidden', loc: ['body', 'model_id'], msg: 'Extra inputs' }] },
      'INVALID_INPUT',
      'The model service does not support choosing a model. Omit modelId.',
    ],
    [
      422,
      { detail: `${secret}\n.` },
      'INVALID_INPUT',
      'The model service refused the input (422).',
    ],
    [500, leak, 'MODEL_UNAVAILABLE', 'The model service failed (500).'],
    [502, '<html>Bad gateway</html>', 'MODEL_UNAVAILABLE', 'The model service failed (502).'],
    [503, leak, 'MODEL_UNAVAILABLE', 'The model service failed (503).'],
    [429, leak, 'MODEL_RATE_LIMITED', 'The model service is overloaded (429).'],
    [302, '', 'MODEL_BAD_RESPONSE', 'The model service answered with an unexpected status (302).'],
  ])('%i with %j is %s', async (status, body, code, message) => {
    const service = await connect(replyJson(status, body));
    const failure = await failureOf(summarize(service));
    expect({ code: failure.code, message: failure.message }).toEqual({ code, message });
    expect(failure.cause).toEqual({ status });
  });

  test.each<[string | undefined, number | undefined]>([
    ['7', 7_000],
    ['0', 0],
    ['999999', 3_600_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 3_600_000],
    ['soon', undefined],
    [undefined, undefined],
  ])('429 with Retry-After %s waits %s ms', async (header, expected) => {
    const service = await connect(
      replyJson(429, {}, header === undefined ? {} : { 'retry-after': header }),
    );
    expect((await failureOf(summarize(service))).retryAfterMs).toBe(expected);
  });

  test('429 with a date soon to come waits until then', async () => {
    const service = await connect((incoming, response) =>
      replyJson(
        429,
        {},
        { 'retry-after': new Date(Date.now() + 60_000).toUTCString() },
      )(incoming, response),
    );
    const { retryAfterMs } = await failureOf(summarize(service));
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  test('429 with a date counts from the date of the answer, by whatever clock that is', async () => {
    const date = 'Thu, 01 Jan 2015 00:00:00 GMT';
    const headers = { date, 'retry-after': 'Thu, 01 Jan 2015 00:00:20 GMT' };
    const service = await connect(replyJson(429, {}, headers));
    expect((await failureOf(summarize(service))).retryAfterMs).toBe(20_000);
  });

  test('counts even if its body never ends well', async () => {
    const service = await connect((_incoming, response) => {
      response.writeHead(500);
      response.write('x'.repeat(100_000));
    });
    expect((await failureOf(summarize(service))).message).toBe('The model service failed (500).');
  });
});
