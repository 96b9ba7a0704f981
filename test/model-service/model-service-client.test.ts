import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { JobFailure } from '../../src/errors.ts';
import type { JobErrorCode } from '../../src/errors.ts';
import { createModelService as createClient } from '../../src/model-service/client.ts';
import type { ModelCall, ModelServiceOptions } from '../../src/model-service/client.ts';
import { extractClaims } from '../../src/subjects/claims/wire.ts';
import { summarize as summarizeEndpoint } from '../../src/subjects/summary/wire.ts';
import type { SummarizeRequest } from '../../src/subjects/summary/wire.ts';
import { synthesize } from '../../src/subjects/synthesis/wire.ts';
import { createMediaPolicy } from '../../src/model-service/media-path.ts';

const request: SummarizeRequest = { video_id: 'v1', persona_id: 'p1' };
const secret = 'SECRET-PROMPT';
const claim_sources = [{ source_id: 'v', source_type: 'video' as const, claims: [] }];

/** As FOVEA answers: fields that we do not know, nulls, and a claim-free rest left out. */
const summary = {
  id: '0b7e0c5e-5f0e-4c55-9f43-0d3a4a1f2b11',
  video_id: 'v1',
  persona_id: 'p1',
  summary: 'A whale — 🐋 — surfaces.',
  visual_analysis: null,
  audio_transcript: null,
  key_frames: [
    { frame_number: 30, timestamp: 1, description: 'Key frame', confidence: 0.8, thumbnail: 'x' },
  ],
  confidence: 0.85,
  transcript_json: { segments: [{ start: 0, end: 1, text: 'a', speaker: null, confidence: 1 }] },
  speaker_count: null,
  processing_time_visual: 12.5,
  gpu: 'A100',
};

type Handler = (incoming: IncomingMessage, response: ServerResponse) => unknown;

/** The client, with what jobs call. */
function createModelService(options: ModelServiceOptions) {
  const client = createClient(options);
  return { ...client, ...client.bind({ summarize: summarizeEndpoint, extractClaims, synthesize }) };
}
type ModelService = ReturnType<typeof createModelService>;

let service: ModelService | undefined;

afterEach(async () => {
  await service?.[Symbol.asyncDispose]();
  service = undefined;
});

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function connect(
  handler: Handler,
  options: Partial<ModelServiceOptions> = {},
): Promise<ModelService> {
  const server = createServer((incoming, response) => void handler(incoming, response));
  service = createModelService({ url: await listen(server), ...options });
  return service;
}

async function connectTcp(onSocket: (socket: Socket) => void): Promise<ModelService> {
  service = createModelService({ url: await listen(createTcpServer(onSocket)) });
  return service;
}

const newCall = (call: Partial<ModelCall> = {}): ModelCall => ({
  signal: new AbortController().signal,
  ...call,
});

const summarize = (call?: Partial<ModelCall>): Promise<unknown> =>
  service?.summarize(request, newCall(call)) ?? Promise.reject(new Error('no service'));

async function failureOf(promise: Promise<unknown>): Promise<JobFailure> {
  const failure = await promise.then(
    () => new Error('it resolved'),
    (error: unknown) => error,
  );
  if (!(failure instanceof JobFailure)) throw failure;
  expect(JSON.stringify([failure.message, failure.cause])).not.toMatch(
    /SECRET|127\.0\.0\.1|\/data/,
  );
  return failure;
}

const replyJson =
  (status: number, body: unknown, headers: Record<string, string> = {}): Handler =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

async function readBody(incoming: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

describe('requests', () => {
  test('ask for lines or JSON, with defaults filled in and empty fields absent', async () => {
    let seen: unknown;
    await connect(async (incoming, response) => {
      const { method, url, headers } = incoming;
      seen = {
        method,
        url,
        accept: headers.accept,
        type: headers['content-type'],
        body: await readBody(incoming),
      };
      replyJson(200, summary)(incoming, response);
    });
    await service?.summarize(
      { ...request, video_path: null, persona_role: undefined, max_frames: 5, model_id: 'm-7b' },
      newCall(),
    );
    expect(seen).toEqual({
      method: 'POST',
      url: '/api/summarize',
      accept: 'application/x-ndjson, application/json',
      type: 'application/json',
      body: {
        video_id: 'v1',
        persona_id: 'p1',
        frame_sample_rate: 1,
        max_frames: 5,
        enable_audio: false,
        enable_speaker_diarization: false,
        model_id: 'm-7b',
      },
    });
  });

  test('go to no video at a name that has become one of an address inside', async () => {
    const seen: unknown[] = [];
    let address = '93.184.215.14';
    const lookup = async () => [{ address }];
    await connect(
      async (incoming, response) => {
        seen.push((await readBody(incoming))['video_path']);
        replyJson(200, summary)(incoming, response);
      },
      { mediaPolicy: createMediaPolicy({ root: '/media', allowedHosts: null, lookup }) },
    );
    const ask = () =>
      service!.summarize({ ...request, video_path: 'https://example.org/a.mp4' }, newCall());
    await ask();
    address = '10.0.0.7';
    const { code, message } = await failureOf(ask());
    expect(code).toBe('INVALID_INPUT');
    expect(message).toBe(
      'The path of the video is not allowed. Must be at a public host; this one has an address that is not.',
    );
    expect(seen).toEqual(['https://example.org/a.mp4']);
  });

  test('keep the path of the url that was given', async () => {
    const url = await listen(
      createServer((incoming, response) =>
        replyJson(200, { ...summary, summary: incoming.url })(incoming, response),
      ),
    );
    service = createModelService({ url: `${url}/models` });
    expect(await summarize()).toMatchObject({ summary: '/models/api/summarize' });
  });

  test.each<[string, Partial<SummarizeRequest>, string]>([
    ['out of range', { max_frames: 101 }, 'max_frames: '],
    ['not finite', { frame_sample_rate: Number.NaN }, 'frame_sample_rate: '],
    ['of the wrong type', { video_id: 7 as unknown as string }, 'video_id: '],
  ])('with a value %s are refused before they are sent', async (_what, fault, words) => {
    await connect(() => expect.unreachable());
    const failure = await failureOf(
      service?.summarize({ ...request, ...fault }, newCall()) ?? Promise.resolve(),
    );
    expect(failure.code).toBe('INVALID_INPUT');
    expect(failure.message).toContain(words);
  });
});

describe('answers', () => {
  test.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON'])(
    'of type %s are parsed',
    async (type) => {
      await connect(replyJson(200, summary, { 'content-type': type }));
      const { gpu: _gpu, key_frames: _frames, ...known } = summary;
      const answer = await summarize();
      expect(answer).toMatchObject({ ...known, key_frames: [{ description: 'Key frame' }] });
      expect(answer).not.toHaveProperty('gpu');
    },
  );

  test('have nothing in texts and keys that the database cannot hold', async () => {
    const transcript = String.raw`{"a\u0000":{"\ud800":"b\udc00\u0000"},"kept":["\ud83d\udc0b"]}`;
    await connect(
      replyJson(200, JSON.stringify(summary).replace(/\{"segments".*?\]\}/, transcript)),
    );
    expect(await summarize()).toMatchObject({
      transcript_json: { 'a\ufffd': { '\ufffd': 'b\ufffd\ufffd' }, kept: ['🐋'] },
    });
  });

  test('that have no more than FOVEA’s schema requires are taken', async () => {
    const { id, video_id, persona_id } = summary;
    const least = { id, video_id, persona_id, summary: '' };
    await connect(replyJson(200, least));
    expect(await summarize()).toEqual({ ...least, key_frames: [] });
    await connect(replyJson(200, { summary_id: 's', model_used: 'm', processing_time: 1 }));
    const extracted = await service?.extractClaims(
      { summary_id: 's', summary_text: 't' },
      newCall(),
    );
    expect(extracted?.claims).toEqual([]);
    const synthesis = { summary_id: 's', model_used: 'm', processing_time: 1, claims_used: 0 };
    await connect(replyJson(200, synthesis));
    expect(await service?.synthesize({ summary_id: 's', claim_sources }, newCall())).toEqual({
      ...synthesis,
      summary_gloss: [],
      synthesis_metadata: {},
    });
  });

  test('may have anything in the free-form parts of a synthesis', async () => {
    await connect(
      replyJson(200, {
        summary_id: 's',
        summary_gloss: [
          { content: 'All.' },
          { type: 'objectRef', id: 7 },
          { type: 1, content: ' ' },
        ],
        model_used: 'm',
        processing_time: 1,
        claims_used: 1,
        synthesis_metadata: {
          strategy: null,
          num_sources: 'two',
          conflicts_detected: -1,
          extra: {},
        },
      }),
    );
    expect(await service?.synthesize({ summary_id: 's', claim_sources }, newCall())).toMatchObject({
      summary_gloss: [
        { type: 'text', content: 'All.' },
        { type: 'objectRef', content: '' },
        { type: 'text', content: ' ' },
      ],
      synthesis_metadata: {},
    });
  });

  test('without claims are answers', async () => {
    await connect(
      replyJson(200, { summary_id: 's', claims: [], model_used: 'm', processing_time: 1 }),
    );
    const answer = await service?.extractClaims({ summary_id: 's', summary_text: '' }, newCall());
    expect(answer?.claims).toEqual([]);
  });

  test('with claims within claims keep them', async () => {
    const leaf = {
      text: 'leaf',
      confidence: 0.5,
      sentence_index: null,
      char_start: null,
      char_end: null,
      claim_type: null,
    };
    const claims = [
      {
        text: 'root',
        confidence: 1,
        subclaims: [{ text: 'middle', confidence: 1, subclaims: [leaf] }],
      },
    ];
    await connect(replyJson(200, { summary_id: 's', claims, model_used: 'm', processing_time: 1 }));
    const answer = await service?.extractClaims({ summary_id: 's', summary_text: 't' }, newCall());
    expect(answer?.claims[0]?.subclaims[0]?.subclaims[0]).toEqual({ ...leaf, subclaims: [] });
  });

  test('of a synthesis are parsed', async () => {
    const answer = {
      summary_id: 's',
      summary_gloss: [{ type: 'text', content: 'All.' }],
      model_used: 'm',
      processing_time: 2,
      claims_used: 1,
      synthesis_metadata: { strategy: 'hierarchical', num_sources: 1, conflicts_detected: 0 },
    };
    const paths: unknown[] = [];
    await connect((incoming, response) => {
      paths.push(incoming.url);
      replyJson(200, answer)(incoming, response);
    });
    expect(await service?.synthesize({ summary_id: 's', claim_sources }, newCall())).toEqual(
      answer,
    );
    expect(paths).toEqual(['/api/synthesize-summary']);
  });
});

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
  `The model service has no such endpoint (${status}): its address is set wrong, or it is of another version.`;
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
      'The model service lets nobody choose its model. Leave modelId out.',
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
    [429, leak, 'MODEL_RATE_LIMITED', 'The model service has too much to do (429).'],
    [302, '', 'MODEL_BAD_RESPONSE', 'The model service answered with an unexpected status (302).'],
  ])('%i with %j is %s', async (status, body, code, message) => {
    await connect(replyJson(status, body));
    const failure = await failureOf(summarize());
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
    await connect(replyJson(429, {}, header === undefined ? {} : { 'retry-after': header }));
    expect((await failureOf(summarize())).retryAfterMs).toBe(expected);
  });

  test('429 with a date soon to come waits until then', async () => {
    await connect((incoming, response) =>
      replyJson(
        429,
        {},
        { 'retry-after': new Date(Date.now() + 60_000).toUTCString() },
      )(incoming, response),
    );
    const { retryAfterMs } = await failureOf(summarize());
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  test('429 with a date counts from the date of the answer, by whatever clock that is', async () => {
    const date = 'Thu, 01 Jan 2015 00:00:00 GMT';
    const headers = { date, 'retry-after': 'Thu, 01 Jan 2015 00:00:20 GMT' };
    await connect(replyJson(429, {}, headers));
    expect((await failureOf(summarize())).retryAfterMs).toBe(20_000);
  });

  test('counts even if its body never ends well', async () => {
    await connect((_incoming, response) => {
      response.writeHead(500);
      response.write('x'.repeat(100_000));
    });
    expect((await failureOf(summarize())).message).toBe('The model service failed (500).');
  });
});

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
    await connect(replyJson(200, body));
    const failure = await failureOf(summarize());
    expect(failure.code).toBe('MODEL_BAD_RESPONSE');
    expect(failure.message).toContain(words);
  });

  test('is bytes that are not UTF-8', async () => {
    await connect((_incoming, response) => response.end(Buffer.from([0x22, 0xff, 0xfe, 0x22])));
    expect((await failureOf(summarize())).message).toContain('is not text in UTF-8');
  });

  test('is more than is read, and its connection is closed', async () => {
    const closed = Promise.withResolvers<void>();
    await connect((_incoming, response) => {
      response.on('close', closed.resolve);
      writeForever(response, Buffer.alloc(1024 * 1024, ' '));
    });
    expect(await failureOf(summarize())).toMatchObject({
      code: 'MODEL_BAD_RESPONSE',
      message: expect.stringContaining('is too large'),
    });
    await closed.promise;
  });

  test('is a line that does not end', async () => {
    await connect((_incoming, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      writeForever(response, Buffer.alloc(1024 * 1024, ' '));
    });
    expect((await failureOf(summarize())).message).toContain('has a line that is too long');
  });

  test('is not HTTP', async () => {
    await connectTcp((socket) => socket.end('220 smtp.example.org ESMTP\r\n'));
    expect(await failureOf(summarize())).toMatchObject({
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

describe('a service out of reach', () => {
  test('refuses the connection', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    service = createModelService({ url: `http://127.0.0.1:${port}` });
    const failure = await failureOf(summarize());
    expect(failure).toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: 'The model service is not reachable.',
      retryable: true,
    });
    expect(failure.cause).toEqual({ code: 'ECONNREFUSED' });
    expect((await failureOf(service.health())).code).toBe('MODEL_UNAVAILABLE');
  });

  test('has a name that does not resolve', async () => {
    service = createModelService({ url: 'http://model-service.invalid:8000' });
    expect((await failureOf(summarize())).code).toBe('MODEL_UNAVAILABLE');
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
    await connectTcp((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => act(socket));
    });
    expect(await failureOf(summarize())).toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: 'The connection to the model service was lost.',
    });
  });
});

const ndjson = (lines: unknown[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');

function startLines(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8' });
}

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
    await connect(async (_incoming, response) => {
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
    const answer = await summarize({
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
    await connect(async (_incoming, response) => {
      startLines(response);
      for (const byte of bytes) if (!response.write(Buffer.of(byte))) await once(response, 'drain');
      response.end();
    });
    expect(await summarize(listeners)).toMatchObject({ summary: summary.summary });
    expect(heard).toEqual([['INFO', 'naïve 🐋']]);
  });

  test('is done with its result, though the service does not end it', async () => {
    await connect((_incoming, response) => {
      startLines(response);
      response.write(ndjson([{ result: summary }]));
    });
    expect(await summarize()).toMatchObject({ id: summary.id });
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
    await connect((_incoming, response) => {
      startLines(response);
      response.end(ndjson(lines));
    });
    const failure = await failureOf(summarize());
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(words);
  });

  test('with a line that is not JSON fails', async () => {
    await connect((_incoming, response) => {
      startLines(response);
      response.end(`{"progress":0.5}\n${secret}\n`);
    });
    expect((await failureOf(summarize())).message).toContain('is not JSON');
  });

  test('keeps a fault in a listener what it is', async () => {
    await connect((_incoming, response) => {
      startLines(response);
      response.write(ndjson([{ progress: 0.5 }]));
    });
    const fault = new TypeError('a bug');
    await expect(
      summarize({
        onProgress: () => {
          throw fault;
        },
      }),
    ).rejects.toBe(fault);
  });
});

describe('deadline and abort', () => {
  test.each<[string, Handler]>([
    ['no answer', () => undefined],
    ['half an answer', (_incoming, response) => void response.writeHead(200).write('{')],
    ['half an error', (_incoming, response) => void response.writeHead(500).write('{')],
  ])('%s within the time is a timeout, and closes the connection', async (_what, handler) => {
    const closed = Promise.withResolvers<void>();
    await connect((incoming, response) => {
      response.on('close', closed.resolve);
      handler(incoming, response);
    });
    expect(await failureOf(summarize({ timeoutMs: 50 }))).toMatchObject({
      code: 'MODEL_TIMEOUT',
      message: 'The model service did not answer within 0.05 s.',
    });
    await closed.promise;
  });

  test('the time of the service counts for a call that names none', async () => {
    await connect(() => undefined, { timeoutMs: 40 });
    expect((await failureOf(summarize())).code).toBe('MODEL_TIMEOUT');
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
    await connect((incoming, response) => {
      response.on('close', closed.resolve);
      handler(incoming, response);
      arrived.resolve();
    });
    const abort = new AbortController();
    const reason = new Error('canceled');
    const outcome = expect(summarize({ signal: abort.signal })).rejects.toBe(reason);
    await arrived.promise;
    abort.abort(reason);
    await Promise.all([outcome, closed.promise]);
  });

  test('a signal that was aborted before sends nothing', async () => {
    let requests = 0;
    await connect(() => void requests++);
    const reason = new Error('too late');
    await expect(summarize({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(service?.health(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(requests).toBe(0);
  });

  test('disposing of the service ends the calls under way', async () => {
    const arrived = Promise.withResolvers<void>();
    await connect(() => arrived.resolve());
    const outcome = failureOf(summarize());
    await arrived.promise;
    await service?.[Symbol.asyncDispose]();
    expect((await outcome).code).toBe('MODEL_UNAVAILABLE');
  });
});

describe('health', () => {
  test('resolves when the service says so', async () => {
    const paths: unknown[] = [];
    await connect((incoming, response) => {
      paths.push([incoming.method, incoming.url]);
      replyJson(200, { status: 'healthy' })(incoming, response);
    });
    await service?.health();
    expect(paths).toEqual([['GET', '/health']]);
  });

  test('fails when it does not', async () => {
    await connect(replyJson(503, {}));
    expect((await failureOf(service?.health() ?? Promise.resolve())).code).toBe(
      'MODEL_UNAVAILABLE',
    );
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
  service = createModelService({ url, connections: 2 });
  const calls = Array.from({ length: 6 }, () => summarize());
  // A request from elsewhere, made after the calls, arrives after all that were sent.
  await fetch(`${url}/probe`);
  expect(held).toHaveLength(2);
  released = true;
  for (const answer of held) answer();
  expect(await Promise.all(calls)).toHaveLength(6);
});
