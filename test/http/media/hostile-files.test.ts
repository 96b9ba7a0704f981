import { copyFile, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { useTestApp } from '../../environment/app/use-test-app.ts';

expectNoLeaks();

const folder = await mkdtemp(join(tmpdir(), 'hostile-files-'));
const { app } = useTestApp('embedded', { env: { MEDIA_ROOT: folder } });

afterAll(() => rm(folder, { recursive: true }));

/** Registers a file of the folder, and asks for it. */
async function get(name: string, headers: Record<string, string> = {}): Promise<Response> {
  const { registerVideo } = await app.graphql.request(
    `mutation ($path: String!) { registerVideo(input: { title: "A file", path: $path }) {
      ... on RegisterVideoPayload { video { mediaUrl } } } }`,
    { path: name },
  );
  return fetch(`${app.url}/${registerVideo.video.mediaUrl}`, { headers });
}

const tag = (size: number, ...bytes: number[]) => Buffer.from([...bytes, ...Array(size).fill(0)]);
const picture = 300_000;

describe('a file that is no sound or video', () => {
  test.each([
    ['page.mp4', '<!doctype html><script>alert(1)</script>'],
    ['picture.webm', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['list.m3u8', '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://127.0.0.1:1/\n'],
    ['document.pdf', '%PDF-1.7\n'],
    ['half.mp4', Buffer.from([0, 0, 0])],
    ['empty.mp4', ''],
    ['deep.webm', tag(64, 0x1a, 0x45, 0xdf, 0xa3, 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
    ['tags.mp3', Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7f'.repeat(100), 'latin1')],
  ])('is sent as a download, whatever it is called: %s', async (name, content) => {
    await writeFile(join(folder, name), content);
    const answer = await get(name);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
    });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from(content));
  });

  test('of no bytes has no range', async () => {
    await writeFile(join(folder, 'nothing.mp4'), '');
    const answer = await get('nothing.mp4', { range: 'bytes=0-' });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */0']);
  });
});

describe('a file of sound or video', () => {
  beforeAll(async () => {
    await copyFile('samples/harbour-news.mp4', join(folder, 'news.txt'));
    await writeFile(
      join(folder, 'sound.html'),
      Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), tag(40)]),
    );
    const frame = tag(413, 0xff, 0xfb, 0x90, 0x00);
    const size = [21, 14, 7, 0].map((shift) => (picture >> shift) & 0x7f);
    const id3 = Buffer.concat([Buffer.from('ID3\x04\0\0', 'latin1'), tag(picture, ...size)]);
    await writeFile(join(folder, 'talk'), Buffer.concat([id3, frame, frame, frame]));
  });

  test.each([
    ['news.txt', 'video/mp4'],
    ['sound.html', 'audio/wav'],
    ['talk', 'audio/mpeg'],
  ])('is sent as what it is, whatever it is called: %s', async (name, type) => {
    const answer = await get(name);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('content-disposition')).toBeNull();
    const { length } = await readFile(join(folder, name));
    expect((await answer.arrayBuffer()).byteLength).toBe(length);
  });

  test('is another one once it is exchanged, by its tag, its time and its type', async () => {
    const path = join(folder, 'changing.mp4');
    await copyFile('samples/harbour-news.mp4', path);
    await utimes(path, 1_000_000, 1_000_000);
    const first = await get('changing.mp4');
    await first.arrayBuffer();
    await copyFile('samples/bee-interview.webm', path);
    const has = { 'if-none-match': first.headers.get('etag')!, range: 'bytes=0-9' };
    const second = await get('changing.mp4', has);
    expect([second.status, second.headers.get('content-type')]).toEqual([206, 'video/webm']);
    // It was changed a moment ago, and may be changed again unseen.
    const etag = second.headers.get('etag')!;
    expect(etag).toMatch(/^W\//);
    const joined = await get('changing.mp4', { 'if-range': etag, range: 'bytes=0-9' });
    expect(joined.status).toBe(200);
    await Promise.all([second.arrayBuffer(), joined.arrayBuffer()]);
  });
});
