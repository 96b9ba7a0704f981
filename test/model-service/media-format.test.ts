import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMediaFormats } from '../../src/model-service/media-format.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { findFfmpeg } from '../environment/programs/find-programs.ts';
import { useApiServer } from '../environment/app/use-api-server.ts';

expectNoLeaks();

const harbour = { width: 320, height: 180, durationSeconds: 246, frameRate: 5 };

describe('what a file says', () => {
  const read = createMediaFormats();
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'media-format-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('is read of MP4 and of WebM, also at once', async () => {
    const formats = await Promise.all(
      ['harbour-news.mp4', 'bee-interview.webm'].map((name) => read(resolve('samples', name))),
    );
    for (const format of formats) {
      expect(Object.values(format!)).toEqual(Array.from({ length: 4 }, () => expect.any(Number)));
    }
  });

  test.each(['mp4', 'webm'])(
    'has the length of the picture, whose sound goes on: %s',
    async (kind) => {
      const file = join(folder, `sound.${kind}`);
      const picture = ['-f', 'lavfi', '-i', 'testsrc=s=64x48:r=10:d=1'];
      const sound = ['-f', 'lavfi', '-i', 'sine=d=3'];
      execFileSync(findFfmpeg()!, ['-v', 'error', ...picture, ...sound, file]);
      const format = await read(file);
      expect(format).toMatchObject({ width: 64, height: 48 });
      expect(Math.floor(format!.durationSeconds! * format!.frameRate!)).toBe(10);
    },
  );

  test('is nothing where there is no file, no video, half of one, or a list of others', async () => {
    const text = join(folder, 'text.mp4');
    await writeFile(text, 'no video at all');
    const half = join(folder, 'half.mp4');
    await writeFile(half, await readFile(resolve('samples/harbour-news.mp4')));
    await truncate(half, 1_000);
    const playlist = join(folder, 'playlist.mp4');
    await copyFile(resolve('samples/harbour-news.mp4'), join(folder, 'other.mp4'));
    const lines = ['#EXTM3U', '#EXT-X-TARGETDURATION:300', '#EXTINF:246,', 'other.mp4'];
    await writeFile(playlist, [...lines, '#EXT-X-ENDLIST', ''].join('\n'));
    const pipe = join(folder, 'pipe.mp4');
    execFileSync('mkfifo', [pipe]);
    for (const path of [join(folder, 'none.mp4'), folder, text, half, playlist, pipe]) {
      expect(await read(path), path).toBeUndefined();
    }
  });
});

describe('a video that is registered', () => {
  const server = useApiServer('external');
  const fields = 'width height durationSeconds frameRate';

  async function register(input: object) {
    const document = `mutation ($input: RegisterVideoInput!) { registerVideo(input: $input) {
      ... on RegisterVideoPayload { created video { id ${fields} } }
      ... on ValidationError { issues { path message } } } }`;
    return (await server.graphql.request(document, { input })).registerVideo;
  }

  test('has the size, length and frame rate of its file, whatever the client says', async () => {
    const input = { title: 'Harbour', path: 'harbour-news.mp4', width: 1 };
    const { video } = await register(input);
    expect(video).toEqual({ id: expect.any(String), ...harbour });
    expect(await register(input)).toEqual({ created: false, video });
  });

  test('has what the client says where the file cannot be read, and keeps it', async () => {
    const input = { title: 'Far', path: 'https://media.example.org/far.mp4' };
    const { video } = await register(input);
    const none = { width: null, height: null, durationSeconds: null, frameRate: null };
    expect(video).toEqual({ id: video.id, ...none });
    await register({ ...input, width: 640, height: 360 });
    const given = { width: 1, height: 1, durationSeconds: 61.5, frameRate: 29.97 };
    const filled = { ...given, width: 640, height: 360 };
    expect(await register({ ...input, ...given })).toMatchObject({ created: false, video: filled });
  });

  test.each([
    [{ width: 0 }, 'Must be a whole number from 1 to 65535.'],
    [{ height: 65_536 }, 'Must be a whole number from 1 to 65535.'],
    [{ durationSeconds: 0 }, 'Must be above 0 and at most 2592000.'],
    [{ frameRate: 1_001 }, 'Must be above 0 and at most 1000.'],
  ])('is refused with %j', async (format, message) => {
    const [name] = Object.keys(format);
    const input = { title: 'Odd', path: 'odd.mp4', ...format };
    expect(await register(input)).toEqual({ issues: [{ path: ['input', name], message }] });
  });
});
