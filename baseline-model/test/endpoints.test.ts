import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  extractClaimsResponseSchema,
  streamLineSchema,
  summarizeResponseSchema,
  synthesizeResponseSchema,
} from './client.ts';
import type { ExtractedClaim, SourceClaim, StreamLine } from './client.ts';
import { serve as startServer } from '../src/http/serve.ts';
import type { ServeOptions } from '../src/http/serve.ts';
import { createTextAnalyzer } from '../src/text/analyze.ts';

const samples = new URL('../../samples', import.meta.url).pathname;
const json = { 'content-type': 'application/json' };
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The language model takes longer to load than most tests take. */
const analyzer = createTextAnalyzer();

async function serve(options: Partial<ServeOptions> = {}): Promise<string> {
  const service = await startServer({
    port: 0,
    mediaRoot: samples,
    logger: silent,
    analyzer,
    ...options,
  });
  onTestFinished(async () => service[Symbol.asyncDispose]());
  return service.url;
}

async function mediaFolder(files: Record<string, string | Buffer>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'baseline-media-'));
  onTestFinished(async () => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

async function post(url: string, path: string, body: unknown): Promise<Response> {
  return fetch(url + path, { method: 'POST', headers: json, body: JSON.stringify(body) });
}

async function summarize(url: string, body: object) {
  const response = await post(url, '/api/summarize', {
    video_id: 'talk',
    persona_id: 'p',
    ...body,
  });
  const answer: unknown = await response.json();
  expect(response.status, JSON.stringify(answer)).toBe(200);
  return summarizeResponseSchema.parse(answer);
}

async function streamed(url: string, path: string, body: unknown): Promise<StreamLine[]> {
  const headers = { ...json, accept: 'application/x-ndjson, application/json' };
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await response.text()).trim().split('\n');
  return lines.map((line) => streamLineSchema.parse(JSON.parse(line)));
}

const harbour = { video_id: 'harbour-news', video_path: 'harbour-news.mp4' };
const lecture = [
  'Today we talk about photosynthesis.',
  'Plants take up carbon dioxide through small pores.',
  'The light reactions split water and release oxygen.',
  'Rubisco fixes only three molecules per second.',
  'Any questions so far?',
  'Farmers in dry regions prefer maize and sorghum.',
  'The exam is on the ninth of June in room 12.',
  'For the exam you need to know both reactions.',
  'The project started in 2008 and costs 14 million dollars.',
  'Please read chapter four until next week.',
];
const match = [
  'Welcome back to the stadium, it is half-time.',
  'Rovers lead United by two goals to one.',
  'Smith scored the first goal after 11 minutes.',
  'The referee showed four yellow cards.',
  'Goalkeeper Lee was injured and left the pitch.',
  'There are 31,000 people in the ground.',
  'It rains, and the grass is very slippery.',
];
const german = [
  'Guten Abend und willkommen zu den Nachrichten.',
  'Der Stadtrat hat am Montag den Haushalt beschlossen.',
  'Die neue Schule kostet 12 Millionen Euro.',
  'Am Abend zog ein Unwetter über die Region.',
  'Die Feuerwehr rückte zu 140 Einsätzen aus.',
  'Der Eintritt ist für Kinder frei.',
];
const podcast = [
  'so um i think the main thing is that we started this company in a garage',
  'with basically no money and you know we had like three people',
  'and then in 2015 we got our first investor which was a big deal',
  'so we went out and we sold to hospitals first',
  'hospitals are slow they take eighteen months to sign anything',
  'but once they sign they stay for ten years',
  'and today we have four hundred hospitals and nine hundred employees',
];
const economist = {
  persona_role: 'Port economist',
  information_need: 'What does the harbour project cost and who pays for it?',
};
const safetyOfficer = {
  persona_role: 'Safety officer',
  information_need: 'Accidents, injuries, storm damage and warnings',
};

describe('a summary of the sample', () => {
  test('is the same for the same request', async () => {
    const url = await serve();
    const [{ id: _, ...first }, { id: __, ...second }] = [
      await summarize(url, { ...harbour, ...economist }),
      await summarize(url, { ...harbour, ...economist }),
    ];
    expect(second).toEqual(first);
  });

  test('tells each persona what it asked for', async () => {
    const url = await serve();
    const forEconomist = await summarize(url, { ...harbour, ...economist });
    const forSafety = await summarize(url, { ...harbour, ...safetyOfficer });
    expect(forEconomist.summary).toContain('48 million euros');
    expect(forEconomist.summary).toContain('63 million euros');
    expect(forSafety.summary).toMatch(/evacuated|rescued|flood barrier/u);
    const shared = forSafety.summary
      .split(/(?<=\.) /u)
      .filter((sentence) => forEconomist.summary.includes(sentence));
    expect(shared.length).toBeLessThanOrEqual(2);
  });

  test('takes duration, size and frame rate from the container', async () => {
    const answer = await summarize(await serve(), harbour);
    expect(answer.visual_analysis).toContain('4:06 long, 320×180 pixels, 5 frames per second');
    for (const frame of answer.key_frames) {
      expect(frame.frame_number).toBe(Math.floor(frame.timestamp * 5 + 1e-6));
      expect(frame.description).toMatch(/^At \d:\d\d, while (?:Marta Olsen|Jonas Brandt) says: “/u);
    }
  });

  test('has no more key frames than asked for, in the order of time', async () => {
    const { key_frames: frames } = await summarize(await serve(), { ...harbour, max_frames: 3 });
    expect(frames).toHaveLength(3);
    const times = frames.map((frame) => frame.timestamp);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('names speakers in the transcript only when asked to', async () => {
    const url = await serve();
    const plain = await summarize(url, {
      ...harbour,
      enable_audio: true,
      fusion_strategy: 'hybrid',
    });
    const named = await summarize(url, {
      ...harbour,
      enable_audio: true,
      enable_speaker_diarization: true,
    });
    expect(plain).toMatchObject({
      audio_language: 'en',
      speaker_count: null,
      fusion_strategy: 'hybrid',
    });
    expect(plain.audio_transcript).not.toContain('Marta Olsen:');
    expect(named).toMatchObject({ speaker_count: 2 });
    expect(named.audio_transcript).toContain('Marta Olsen: Good evening');
    expect(named.transcript_json?.segments).toHaveLength(65);
  });

  test('is found by the id alone', async () => {
    const answer = await summarize(await serve(), { video_id: 'bee-interview' });
    expect(answer.summary).toContain('bees');
  });
});

test('from the sample to a synthesis that tells its contradiction', async () => {
  const url = await serve();
  const { summary } = await summarize(url, { ...harbour, ...economist });
  const extracted = await post(url, '/api/extract-claims', {
    summary_id: 's',
    summary_text: summary,
    extraction_strategy: 'hierarchical',
  });
  const { claims } = extractClaimsResponseSchema.parse(await extracted.json());
  const withId = (claim: ExtractedClaim): SourceClaim => ({
    id: `${claim.char_start}-${claim.char_end}`,
    text: claim.text,
    confidence: claim.confidence,
    subclaims: claim.subclaims.map(withId),
  });
  const synthesized = await post(url, '/api/synthesize-summary', {
    summary_id: 's',
    claim_sources: [{ source_id: 'v', source_type: 'video', claims: claims.map(withId) }],
    persona_context: { role: economist.persona_role, information_need: economist.information_need },
  });
  const answer = synthesizeResponseSchema.parse(await synthesized.json());
  expect(answer.synthesis_metadata.conflicts_detected).toBeGreaterThanOrEqual(1);
  expect(answer.summary_gloss.map(({ content }) => content).join('')).toContain(
    '48 million euros against 63 million euros',
  );
});

describe('transcripts of other kinds', () => {
  const toVtt = (lines: readonly string[]) =>
    `WEBVTT\n\n${lines.map((line, index) => `${clock(index * 4)} --> ${clock(index * 4 + 3.9)}\n${line}\n`).join('\n')}`;
  const clock = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 23);
  const kinds: [kind: string, need: string, expected: string | RegExp, lines: string[]][] = [
    ['a lecture', 'What is on the exam?', 'The exam is on the ninth of June in room 12.', lecture],
    ['a match', 'injuries', 'Goalkeeper Lee was injured and left the pitch.', match],
    ['German news', 'Was kostet die Schule?', 'Die neue Schule kostet 12 Millionen Euro.', german],
    ['captions without punctuation', 'hospitals', /hospitals[^.]*\.$/iu, podcast],
    ['one cue', 'anything', 'The bridge is closed.', ['The bridge is closed']],
    ['3,000 cues', 'What does bridge 7 cost?', 'bridge', manyLines()],
  ];

  test.each(kinds)('%s: %s', async (_, need, expected, lines) => {
    const mediaRoot = await mediaFolder({ 'talk.mp4': 'x', 'talk.vtt': toVtt(lines) });
    const answer = await summarize(await serve({ mediaRoot }), { information_need: need });
    expect(answer.summary).toMatch(expected);
    expect(answer.key_frames.length).toBeGreaterThan(0);
    expect(answer.visual_analysis).toBeNull();
  });

  function manyLines(): string[] {
    return Array.from(
      { length: 3000 },
      (_, index) =>
        `The ${index % 3 === 0 ? 'bridge' : 'ferry'} ${index % 90} costs ${index} euros.`,
    );
  }
});

describe('a video that cannot be read', () => {
  test.each([
    ['a path that climbs out', '../package.json', 404, 'Video not found: talk'],
    ['an absolute path elsewhere', '/etc/hostname', 404, 'Video not found: talk'],
    ['a link that leads out', 'escape.mp4', 404, 'Video not found: talk'],
    ['a folder', 'folder', 404, 'Video not found: talk'],
    ['a name with a zero byte', 'a\0b', 404, 'Video not found: talk'],
    [
      'a URL',
      'https://example.org/a.mp4',
      400,
      'The baseline model reads files below its media folder only, not URLs',
    ],
  ])('%s is refused', async (_, path, status, detail) => {
    const mediaRoot = await mediaFolder({});
    await symlink('/etc/hostname', join(mediaRoot, 'escape.mp4'));
    await mkdir(join(mediaRoot, 'folder'));
    const response = await post(await serve({ mediaRoot }), '/api/summarize', {
      video_id: 'talk',
      video_path: path,
      persona_id: 'p',
    });
    expect([response.status, await response.json()]).toEqual([status, { detail }]);
  });

  test('an id that is no plain name finds nothing', async () => {
    const response = await post(await serve(), '/api/summarize', {
      video_id: '../harbour-news',
      persona_id: 'p',
    });
    expect(response.status).toBe(404);
  });

  test('without a transcript the answer says which files were looked for, and no folder', async () => {
    const mediaRoot = await mediaFolder({ 'talk.mp4': 'x' });
    const response = await post(await serve({ mediaRoot }), '/api/summarize', {
      video_id: 'talk',
      persona_id: 'p',
    });
    const { detail } = (await response.json()) as { detail: string };
    expect(response.status).toBe(404);
    expect(detail).toContain('looked for talk.vtt and talk.srt');
    expect(detail).not.toContain(mediaRoot);
  });

  test('a transcript outside, behind a link, is not read', async () => {
    const outside = await mediaFolder({
      'secret.vtt': 'WEBVTT\n\n00:01.000 --> 00:02.000\nThe secret is out.',
    });
    const mediaRoot = await mediaFolder({ 'talk.mp4': 'x' });
    await symlink(join(outside, 'secret.vtt'), join(mediaRoot, 'talk.vtt'));
    const response = await post(await serve({ mediaRoot }), '/api/summarize', {
      video_id: 'talk',
      persona_id: 'p',
    });
    expect(response.status).toBe(404);
  });

  test('an empty transcript is an error that says so', async () => {
    const mediaRoot = await mediaFolder({ 'talk.mp4': 'x', 'talk.vtt': 'WEBVTT\n\n' });
    const response = await post(await serve({ mediaRoot }), '/api/summarize', {
      video_id: 'talk',
      persona_id: 'p',
    });
    expect(response.status).toBe(422);
    expect(await response.json()).toEqual({
      detail: 'The transcript talk.vtt has no spoken words',
    });
  });
});

describe('lines of progress', () => {
  const claims = [
    { id: 'a', text: 'The bridge cost 48 million euros.', confidence: 0.9, subclaims: [] },
  ];
  test.each([
    ['/api/summarize', { ...harbour, persona_id: 'p' }],
    ['/api/extract-claims', { summary_id: 's', summary_text: 'The bridge cost 48 million euros.' }],
    [
      '/api/synthesize-summary',
      { summary_id: 's', claim_sources: [{ source_id: 'v', source_type: 'video', claims }] },
    ],
  ])('of %s never fall, and the last line is the result', async (path, body) => {
    const lines = await streamed(await serve(), path, body);
    const progress = lines.flatMap((line) => ('progress' in line ? line.progress : []));
    expect(progress.length).toBeGreaterThanOrEqual(8);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(lines.filter((line) => 'result' in line)).toEqual([lines.at(-1)]);
  });

  test('tell when the length had to be taken from the transcript', async () => {
    const mediaRoot = await mediaFolder({
      'talk.mp4': 'no video',
      'talk.vtt': 'WEBVTT\n\n00:01.000 --> 00:04.500\nThe bridge is open now.',
    });
    const lines = await streamed(await serve({ mediaRoot }), '/api/summarize', {
      video_id: 'talk',
      persona_id: 'p',
    });
    const logs = lines.flatMap((line) => ('log' in line ? line.log : []));
    expect(logs).toContainEqual({
      level: 'warn',
      message: expect.stringContaining('4.5 s') as string,
    });
  });

  test('what is known to be wrong before work begins is a plain status', async () => {
    const response = await fetch(`${await serve()}/api/summarize`, {
      method: 'POST',
      headers: { ...json, accept: 'application/x-ndjson' },
      body: JSON.stringify({ video_id: 'nowhere', persona_id: 'p' }),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'application/json',
    ]);
  });

  test('work stops when the client goes away', async () => {
    const abandoned = Promise.withResolvers<void>();
    const logger = {
      ...silent,
      info: (_: unknown, message?: string) => {
        if (message === 'request abandoned by its client') abandoned.resolve();
      },
    };
    const url = await serve({ stepDelayMs: 60_000, logger });
    const client = new AbortController();
    const response = await fetch(`${url}/api/summarize`, {
      method: 'POST',
      headers: { ...json, accept: 'application/x-ndjson' },
      body: JSON.stringify({ ...harbour, persona_id: 'p' }),
      signal: client.signal,
    });
    await response.body?.getReader().read();
    client.abort();
    await expect(abandoned.promise).resolves.toBeUndefined();
  });

  test('disposal ends a call that is under way', async () => {
    const service = await startServer({
      port: 0,
      mediaRoot: samples,
      logger: silent,
      stepDelayMs: 60_000,
    });
    const call = streamedText(service.url);
    await call.begun;
    await service[Symbol.asyncDispose]();
    await expect(call.ended).rejects.toThrow();
  });

  function streamedText(url: string): { begun: Promise<unknown>; ended: Promise<string> } {
    const response = fetch(`${url}/api/summarize`, {
      method: 'POST',
      headers: { ...json, accept: 'application/x-ndjson' },
      body: JSON.stringify({ ...harbour, persona_id: 'p' }),
    });
    return { begun: response, ended: response.then(async (answer) => answer.text()) };
  }
});

describe('requests that are wrong', () => {
  const source = { source_id: 'v', source_type: 'video', claims: [] };
  test.each([
    ['/api/summarize', { persona_id: 'p' }, 'missing', ['body', 'video_id']],
    [
      '/api/summarize',
      { video_id: 'v', persona_id: 'p', max_frames: 0 },
      'too_small',
      ['body', 'max_frames'],
    ],
    [
      '/api/summarize',
      { video_id: 'v', persona_id: 'p', fusion_strategy: 'x' },
      'invalid_value',
      ['body', 'fusion_strategy'],
    ],
    [
      '/api/extract-claims',
      { summary_id: 's', summary_text: 5 },
      'invalid_type',
      ['body', 'summary_text'],
    ],
    [
      '/api/extract-claims',
      { summary_id: 's', summary_text: '', max_claims: 201 },
      'too_big',
      ['body', 'max_claims'],
    ],
    [
      '/api/synthesize-summary',
      { summary_id: 's', claim_sources: [] },
      'too_small',
      ['body', 'claim_sources'],
    ],
    [
      '/api/synthesize-summary',
      { summary_id: 's', claim_sources: [{ ...source, source_type: 'x' }] },
      'invalid_value',
      ['body', 'claim_sources', 0, 'source_type'],
    ],
  ])('%s with %j is 422 of type %s', async (path, body, type, loc) => {
    const response = await post(await serve(), path, body);
    expect(response.status).toBe(422);
    const { detail } = (await response.json()) as { detail: object[] };
    expect(detail).toEqual([
      expect.objectContaining({ type, loc, msg: expect.any(String) as string }),
    ]);
  });

  test('a large input is not repeated in the answer', async () => {
    const body = { summary_id: 's', summary_text: 'x', max_claims: 'y'.repeat(5000) };
    const response = await post(await serve(), '/api/extract-claims', body);
    expect((await response.text()).length).toBeLessThan(500);
  });

  test.each([
    ['GET', '/api/nothing', 404, { detail: 'Not Found' }],
    ['GET', '/api/summarize', 405, { detail: 'Method Not Allowed' }],
  ])('%s %s is %d', async (method, path, status, body) => {
    const response = await fetch((await serve()) + path, { method });
    expect([response.status, await response.json()]).toEqual([status, body]);
  });

  test('a body that is no JSON is 422', async () => {
    const response = await fetch(`${await serve()}/api/summarize`, {
      method: 'POST',
      headers: json,
      body: '{',
    });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      detail: [{ type: 'json_invalid', loc: ['body'] }],
    });
  });

  test.each([
    ['that announces too much', { 'content-length': 20_000_000 }, 0],
    ['that sends too much', { 'transfer-encoding': 'chunked' }, 11],
  ])('a body %s is 413', async (_, headers, megabytes) => {
    const sent = httpRequest(`${await serve()}/api/extract-claims`, {
      method: 'POST',
      headers: { ...json, ...headers },
    });
    const answered = new Promise<IncomingMessage>((resolve) => sent.once('response', resolve));
    sent.on('error', () => undefined);
    sent.flushHeaders();
    for (let index = 0; index < megabytes; index += 1) sent.write(Buffer.alloc(1024 * 1024, 0x20));
    expect((await answered).statusCode).toBe(413);
    sent.destroy();
  });
});

test('it says of itself that it is healthy and a baseline', async () => {
  const url = await serve();
  const get = async (path: string): Promise<unknown> => (await fetch(url + path)).json();
  expect(await get('/health')).toMatchObject({ status: 'healthy', service: 'model-service' });
  expect(JSON.stringify(await get('/api/models/config'))).toContain('not a neural model');
  expect(await get('/')).toMatchObject({ version: expect.any(String) as string });
});

test('a video with a transcript of another format is read the same way', async () => {
  const mediaRoot = await mediaFolder({});
  await copyFile(join(samples, 'harbour-news.mp4'), join(mediaRoot, 'talk.mp4'));
  await writeFile(
    join(mediaRoot, 'talk.srt'),
    '1\r\n00:00:01,000 --> 00:00:04,000\r\nThe ferry sails\r\n\r\n2\r\n00:00:04,000 --> 00:00:06,000\r\nto the island today.\r\n',
  );
  const answer = await summarize(await serve({ mediaRoot }), { video_path: 'talk.mp4' });
  expect(answer.summary).toBe('The ferry sails to the island today.');
  expect(answer.key_frames).toMatchObject([{ timestamp: 1, frame_number: 5 }]);
});
