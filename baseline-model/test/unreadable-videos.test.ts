import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createMediaFolder, requestSummary, serve } from './environment/service.ts';

const notFound = 'Video not found: talk';
const noUrls = 'The baseline model reads files below its media folder only, not URLs';

test.each([
  ['a path that climbs out', '../package.json', 404, notFound],
  ['an absolute path elsewhere', '/etc/hostname', 404, notFound],
  ['a link that leads out', 'escape.mp4', 404, notFound],
  ['a folder', 'folder', 404, notFound],
  ['a name with a zero byte', 'a\0b', 404, notFound],
  ['a URL', 'https://example.org/a.mp4', 400, noUrls],
])('%s is refused', async (_, path, status, detail) => {
  const mediaRoot = await createMediaFolder({});
  await symlink('/etc/hostname', join(mediaRoot, 'escape.mp4'));
  await mkdir(join(mediaRoot, 'folder'));
  const response = await requestSummary(await serve({ mediaRoot }), { video_path: path });
  expect([response.status, await response.json()]).toEqual([status, { detail }]);
});

test('an id that is not a plain name finds nothing', async () => {
  const response = await requestSummary(await serve(), { video_id: '../harbour-news' });
  expect(response.status).toBe(404);
});

test('without a transcript the answer names the files looked for, and no folder', async () => {
  const mediaRoot = await createMediaFolder({ 'talk.mp4': 'x' });
  const response = await requestSummary(await serve({ mediaRoot }));
  const { detail } = (await response.json()) as { detail: string };
  expect(response.status).toBe(404);
  expect(detail).toContain('looked for talk.vtt and talk.srt');
  expect(detail).not.toContain(mediaRoot);
});

test('a transcript outside, behind a link, is not read', async () => {
  const secret = 'WEBVTT\n\n00:01.000 --> 00:02.000\nThe secret is out.';
  const outside = await createMediaFolder({ 'secret.vtt': secret });
  const mediaRoot = await createMediaFolder({ 'talk.mp4': 'x' });
  await symlink(join(outside, 'secret.vtt'), join(mediaRoot, 'talk.vtt'));
  const response = await requestSummary(await serve({ mediaRoot }));
  expect(response.status).toBe(404);
});

test('an empty transcript is an error that says so', async () => {
  const mediaRoot = await createMediaFolder({ 'talk.mp4': 'x', 'talk.vtt': 'WEBVTT\n\n' });
  const response = await requestSummary(await serve({ mediaRoot }));
  const detail = 'The transcript talk.vtt has no spoken words';
  expect([response.status, await response.json()]).toEqual([422, { detail }]);
});
