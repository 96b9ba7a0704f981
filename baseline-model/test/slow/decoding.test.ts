import { execFile } from 'node:child_process';
import { chmod, copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../../test/environment/eventually.ts';
import { ErrorAnswer, statusFailure } from '../../../src/model-service/status-failure.ts';
import { findFfmpeg } from '../../../test/environment/programs/find-programs.ts';
import { detect, masksOf, readTruth } from '../environment/frames.ts';
import { createMediaFolder, ndjson, post, samples, serve } from '../environment/service.ts';

const run = promisify(execFile);
const clip = await readFile(join(samples, 'crossing-shapes.mp4'));
const tracked = { video_id: 'crossing-shapes', ...masksOf(await readTruth(), 0) };
const detected = { video_id: 'crossing-shapes', query: 'moving object' };
const endpoints: [string, object][] = [
  ['/api/detection/detect', detected],
  ['/api/tracking/track', tracked],
];

/** A folder with a program of this name and text, for PATH. */
async function createProgram(name: string, script: string): Promise<string> {
  const folder = await createMediaFolder({ [name]: `#!/bin/sh\n${script}\n` });
  await chmod(join(folder, name), 0o755);
  return folder;
}

describe('without ffmpeg', () => {
  test.each(endpoints)('%s says what to install, in a status that is final', async (path, body) => {
    const response = await post(
      await serve({ programPath: await createMediaFolder({}) }),
      path,
      body,
    );
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      detail: expect.stringMatching(/without ffmpeg. Install ffmpeg 5\.1 or newer/u) as string,
    });
  });

  test('the refusal is final for a job, and its owner reads what to install', async () => {
    const url = await serve({ programPath: await createMediaFolder({}) });
    const response = await post(url, '/api/detection/detect', detected);
    const { detail } = (await response.json()) as { detail: string };
    const answer = new ErrorAnswer(response.status, detail);
    const { code, message } = statusFailure(answer, { request: detected, redact: (text) => text });
    expect(code).toBe('MODEL_REJECTED');
    expect(message).toContain('Install ffmpeg 5.1 or newer');
  });

  test('an ffmpeg that is too old is named as such', async () => {
    const script = `echo "Unrecognized option 'fps_mode'." >&2; exit 1`;
    const url = await serve({ programPath: await createProgram('ffmpeg', script) });
    const response = await post(url, '/api/detection/detect', detected);
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('needs ffmpeg 5.1 or newer'),
    ]);
  });
});

test.each(endpoints)('ffmpeg ends when the client of %s goes away', async (path, body) => {
  const folder = await createMediaFolder({});
  const pidFile = join(folder, 'pid');
  // At the speed at which the clip plays, so that it is still at work.
  const script = `echo $$ > '${pidFile}'; exec '${findFfmpeg()}' -re "$@"`;
  const url = await serve({ programPath: await createProgram('ffmpeg', script) });
  const client = new AbortController();
  const request = { method: 'POST', headers: ndjson, body: JSON.stringify(body) };
  const response = fetch(url + path, { ...request, signal: client.signal });
  response.catch(() => undefined);
  const pid = await eventually(async () => {
    const text = await readFile(pidFile, 'utf8');
    expect(text).toMatch(/^\d+\n$/u);
    return Number(text);
  });
  expect(process.kill(pid, 0)).toBe(true);
  client.abort();
  await eventually(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { withinMs: 5_000 });
});

describe('a file that is no whole video', () => {
  const playlist =
    '#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\ncrossing-shapes.mp4\n#EXT-X-ENDLIST\n';
  test.each([
    ['of text', Buffer.from('no video')],
    ['of nothing', Buffer.alloc(0)],
    ['without its index', clip.subarray(0, 400)],
    ['that names other files', Buffer.from(playlist)],
  ])('%s is refused with a reason', async (_, content) => {
    const mediaRoot = await createMediaFolder({ 'talk.mp4': content, 'crossing-shapes.mp4': clip });
    const url = await serve({ mediaRoot });
    const response = await post(url, '/api/detection/detect', { ...detected, video_id: 'talk' });
    expect(response.status).toBe(422);
    expect(await response.text()).toMatch(/talk\.mp4 cannot be read as a video: it is damaged/u);
  });

  test('whose frames are all damaged is refused', async () => {
    const damaged = Buffer.from(clip);
    damaged.fill(0xff, damaged.indexOf('mdat') + 4);
    const mediaRoot = await createMediaFolder({ 'talk.mp4': damaged });
    const body = { ...detected, video_id: 'talk' };
    const response = await post(await serve({ mediaRoot }), '/api/detection/detect', body);
    expect([response.status, await response.json()]).toEqual([
      422,
      { detail: 'No frame of talk.mp4 can be decoded: the video is damaged' },
    ]);
  });

  test('whose end is missing has no frames there, also when they are reached by a seek', async () => {
    const mediaRoot = await createMediaFolder({});
    const path = join(mediaRoot, 'talk.mp4');
    const input = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=30:d=30', '-c:v', 'libx264'];
    await run(findFfmpeg()!, ['-v', 'error', ...input, '-movflags', '+faststart', path]);
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length * 0.4));
    const url = await serve({ mediaRoot });
    const request = { video_id: 'talk', query: 'color region', frame_numbers: [5, 880] };
    const { frames } = await detect(url, request);
    expect(frames.map(({ frame_number }) => frame_number)).toEqual([5]);
    const mask = Buffer.alloc(160 * 90, 1).toString('base64');
    const object = { video_id: 'talk', initial_masks: [mask], object_ids: [1] };
    const response = await post(url, '/api/tracking/track', { ...object, frame_numbers: [880] });
    expect([response.status, await response.json()]).toEqual([
      400,
      { detail: 'No valid frames to process' },
    ]);
  });

  test('whose end is missing answers with the frames that are there', async () => {
    const mediaRoot = await createMediaFolder({ 'talk.mp4': clip.subarray(0, clip.length * 0.6) });
    const request = { video_id: 'talk', query: 'red', frame_numbers: [0, 20, 179] };
    const { frames } = await detect(await serve({ mediaRoot }), request);
    expect(frames.map(({ frame_number }) => frame_number)).toEqual([0, 20]);
  });
});

test.each(['-i.mp4', 'a b;c$(d)"e\'.mp4', 'pipe:0.mp4', 'http:x.mp4', '%03d.mp4', 'ü.mp4'])(
  'the name %j is only a name',
  async (name) => {
    const mediaRoot = await createMediaFolder({ [name]: clip });
    const request = { video_path: `./${name}`, query: 'red', frame_numbers: [0] };
    expect((await detect(await serve({ mediaRoot }), request)).total_detections).toBe(1);
  },
);

describe('the same frames are found by a seek and by decoding all before them', () => {
  /** Blue squares that wander, in each of these forms of a file. */
  const forms: [name: string, options: string[]][] = [
    ['frames in another order than shown.mp4', ['-c:v', 'libx264', '-bf', '3']],
    ['webm.webm', ['-c:v', 'libvpx-vp9', '-cpu-used', '8', '-b:v', '300k']],
    ['uneven times.mkv', ['-c:v', 'libx264', '-vf', "select='mod(n,3)'", '-fps_mode', 'vfr']],
    ['late start.mp4', ['-c:v', 'libx264', '-output_ts_offset', '3']],
    ['transport stream.ts', ['-c:v', 'libx264']],
  ];
  test.each(forms)('of %s', async (name, options) => {
    const mediaRoot = await createMediaFolder({});
    const path = join(mediaRoot, name);
    const input = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=30:d=20', ...options];
    await run(findFfmpeg()!, ['-v', 'error', ...input, '-preset', 'ultrafast', path]);
    const url = await serve({ mediaRoot });
    const ask = async (frame_numbers: number[]) =>
      (await detect(url, { video_path: name, query: 'color region', frame_numbers })).frames;
    const later = [251, 300, 333, 380];
    const all = await ask([0, 100, 200, ...later]);
    const alone = await Promise.all(later.map((number) => ask([number])));
    expect(alone.flat()).toEqual(all.slice(3));
    expect(new Set(alone.flat().map((frame) => JSON.stringify(frame.detections))).size).toBe(4);
  });

  test('of an MP4 that is cut within a frame', async () => {
    const mediaRoot = await createMediaFolder({});
    const whole = join(mediaRoot, 'whole.mp4');
    const input = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=30:d=20'];
    await run(findFfmpeg()!, ['-v', 'error', ...input, '-c:v', 'libx264', whole]);
    const cut = join(mediaRoot, 'cut.mp4');
    await run(findFfmpeg()!, ['-v', 'error', '-ss', '2.31', '-i', whole, '-c', 'copy', cut]);
    const url = await serve({ mediaRoot });
    const ask = async (frame_numbers: number[]) =>
      (await detect(url, { video_id: 'cut', query: 'color region', frame_numbers })).frames;
    expect(await ask([300])).toEqual((await ask([100, 200, 300])).slice(2));
  });
});

test('a video that is replaced is read anew', async () => {
  const mediaRoot = await createMediaFolder({});
  const path = join(mediaRoot, 'talk.mp4');
  await copyFile(join(samples, 'crossing-shapes.mp4'), path);
  const url = await serve({ mediaRoot });
  const ask = async () => (await detect(url, { video_id: 'talk', query: 'red' })).frames.at(-1);
  expect(await ask()).toMatchObject({ frame_number: 179 });
  await writeFile(path, await readFile(join(samples, 'bee-interview.webm')));
  expect(await ask()).toMatchObject({ frame_number: 254 });
});
