import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ErrorAnswer, statusFailure } from '../../src/model-service/status-failure.ts';
import { createRedactor } from '../../src/platform/redaction.ts';

const request = {
  video_id: 'harbour-7',
  video_path: '/videos/secret/cellar tape.mp4',
  persona_role: 'Secret beekeeper',
  information_need: 'Where the honeycombs went missing, and who has taken them away.',
  claim_sources: [{ claims: [{ id: 'claim-17', text: 'The hives are empty.' }] }],
};
const context = { request, redact: createRedactor(['sesame-opens-it']) };

/** What the log and what the client get of a detail. */
function tell(status: number, detail: unknown) {
  const { forLog, message } = statusFailure(new ErrorAnswer(status, detail), context);
  return { log: forLog?.['detail'], client: message };
}

test.each<[what: string, status: number, detail: unknown, log: unknown, client: string]>([
  [
    'the reason of a 500 is the operator’s',
    500,
    'Summarization failed: CUDA out of memory',
    'Summarization failed: CUDA out of memory',
    'The model service failed (500).',
  ],
  [
    'the path that was sent is no part of it',
    500,
    'Summarization failed: Video file not found: /videos/secret/cellar tape.mp4',
    'Summarization failed: Video file not found: [video_path]',
    'The model service failed (500).',
  ],
  [
    'nor is the name of its file',
    422,
    "ffmpeg cannot read 'cellar tape.mp4'",
    "ffmpeg cannot read '[video_path]'",
    "The model service refused the input (422): ffmpeg cannot read 'cellar tape.mp4'.",
  ],
  [
    'a prompt is not, even where it is cut',
    500,
    'No answer to "You are a Secret beekeeper. Where the honeycombs we..."',
    'No answer to "You are a [persona_role]. [information_need]..."',
    'The model service failed (500).',
  ],
  [
    'what a client may not read whole, it reads without the path',
    400,
    'Not a video: /videos/secret/cellar tape.mp4.',
    'Not a video: [video_path].',
    'The model service refused the request (400): Not a video: [video_path].',
  ],
  [
    'claims are texts as well, and ids are for everybody',
    422,
    'claim-17 of harbour-7 is too short: The hives are empty.',
    'claim-17 of harbour-7 is too short: [text]',
    'The model service refused the input (422): claim-17 of harbour-7 is too short: The hives are empty.',
  ],
  [
    'secrets are for nobody',
    422,
    'Unknown token sesame-opens-it in Bearer abcdefghijkl',
    'Unknown token [redacted] in Bearer [redacted]',
    'The model service refused the input (422): Unknown token [redacted] in Bearer [redacted].',
  ],
  [
    'what an operator has to set right is the operator’s',
    400,
    'Missing API key: ANTHROPIC_API_KEY is not set',
    'Missing API key: ANTHROPIC_API_KEY is not set',
    'The model service refused the request (400).',
  ],
  [
    'lines are one line, and their exception is the operator’s',
    422,
    'Traceback:\n  ValueError: odd\u0000',
    'Traceback: ValueError: odd',
    'The model service refused the input (422).',
  ],
  [
    'pydantic’s faults are told without what they echo',
    422,
    [
      { type: 'int', loc: ['body', 'max_frames'], msg: 'Input should be odd', input: 'sesame' },
      { type: 'value_error', loc: ['body', 'x y', 0], msg: 'Not below /data', input: {} },
    ],
    'body.max_frames: Input should be odd; body.x y.0: Not below /data',
    'The model service refused the input (422): body.max_frames: Input should be odd; body.?.0.',
  ],
  [
    'another shape is kept for the log',
    503,
    { reason: 'loading', model: 'qwen' },
    "{ reason: 'loading', model: 'qwen' }",
    'The model service failed (503).',
  ],
  ['no detail is none', 500, undefined, undefined, 'The model service failed (500).'],
  ['an empty one says nothing', 422, ' .', '.', 'The model service refused the input (422).'],
])('%s', (_what, status, detail, log, client) => {
  expect(tell(status, detail)).toEqual({ log, client });
});

test('a long detail is cut for the log, and kept from the client', () => {
  const { log, client } = tell(422, 'long '.repeat(20_000));
  expect(log).toHaveLength(500);
  expect(log).toMatch(/^long .*…$/);
  expect(client).toBe('The model service refused the input (422).');
});

test('a detail that echoes many texts at once is cut all the same', () => {
  const texts = Array.from({ length: 20_000 }, (_, index) => 'a'.repeat(16 + (index % 50)));
  const answer = new ErrorAnswer(500, 'a'.repeat(64 * 1024));
  const { forLog } = statusFailure(answer, { ...context, request: { texts } });
  expect(String(forLog?.['detail']).length).toBeLessThanOrEqual(500);
});

test('whatever a detail is, it is told within its bounds', () => {
  const unit = fc.nat(0xffff).map((code) => String.fromCharCode(code));
  const text = fc.oneof(fc.string(), fc.string({ unit }));
  const fault = fc.record({ loc: fc.array(fc.string()), msg: text });
  const detail = fc.oneof(fc.jsonValue(), text, fc.array(fault));
  const status = fc.constantFrom(400, 404, 405, 422, 429, 500);
  const expectBounded = (given: number, value: unknown): void => {
    const { log, client } = tell(given, value);
    expect(String(log).length).toBeLessThanOrEqual(500);
    expect(client.length).toBeLessThan(2_500);
    expect(client).not.toMatch(/[\\\p{Cc}]/u);
  };
  fc.assert(fc.property(status, detail, expectBounded), { numRuns: 200 });
  const depth = 30_000;
  expectBounded(422, JSON.parse('['.repeat(depth) + ']'.repeat(depth)));
});
