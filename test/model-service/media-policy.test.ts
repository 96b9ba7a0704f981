import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMediaPolicy } from '../../src/model-service/media-path.ts';
import { createConfiguredPolicy } from './configured-policy.ts';

const policy = createMediaPolicy({ root: '/media/films', allowedHosts: null });

describe('below the media folder, by its name alone, is', () => {
  test.each([
    'harbour-news.mp4',
    'news/2026/harbour news.mp4',
    'Ünïcode/影片.mp4',
    'na\u0069\u0308ve.mp4',
    '100% true.mp4',
    '100%.mp4',
    '50%25.mp4',
    'a#b.mp4',
    'a?b=c&d.mp4',
    'a..b/..c/d...mp4',
    '.hidden/film.mp4',
    'Keynote: AI.mp4',
    'HTTP: a history.mp4',
    '~home.mp4',
    '~/film.mp4',
    '%7Eroot/film.mp4',
    '%2fetc%2fpasswd',
    'report%2Fcut%20two.mp4',
    '-i.mp4',
    '@list.mp4',
    'C:film.mp4',
    'file:film.mp4',
    'FILE:/etc/passwd',
    'concat:a.mp4|b.mp4',
    'crypto:clip.mp4',
    'async:cache:pipe:0',
    'subfile,,start,0,end,0,,:/etc/passwd',
    'subfile,,start,0,end,9,,:clip.mp4',
    'file,a:/etc/passwd',
    'data:video/mp4;base64,AAAA',
    'javascript:alert(1)',
  ])('%s', async (path) => {
    expect(await policy.check(path)).toBeUndefined();
    expect(policy.locate(path)).toBe(`/media/films/${path}`);
  });
});

test('an absolute path below the media folder is sent as it is', async () => {
  expect(await policy.check('/media/films/harbour.mp4')).toBeUndefined();
  expect(policy.locate('/media/films/harbour.mp4')).toBe('/media/films/harbour.mp4');
});

test('a file directly in a media folder has a name by which it is found without its path', () => {
  const mapped = createConfiguredPolicy({
    MEDIA_ROOT: '/media',
    MEDIA_PATH_MAP: '/data/=/videos/',
  });
  const names = {
    'harbour-news.mp4': 'harbour-news',
    '/media/harbour_2.webm': 'harbour_2',
    '/data/0f8fad5bd9cb469f.mp4': '0f8fad5bd9cb469f',
    'no-extension': 'no-extension',
    'news/harbour.mp4': undefined,
    '/media/news/harbour.mp4': undefined,
    '/videos/harbour.mp4': undefined,
    'two words.mp4': undefined,
    'dots.in.it.mp4': undefined,
    '.mp4': undefined,
    'Ünïcode.mp4': undefined,
    'https://media.example.org/harbour.mp4': undefined,
  };
  expect(Object.fromEntries(Object.keys(names).map((path) => [path, mapped.nameOf(path)]))).toEqual(
    names,
  );
});

test('a folder is the same one in NFC and in NFD', async () => {
  const policy = createConfiguredPolicy({
    MEDIA_ROOT: '/m\u00e9dia',
    MEDIA_PATH_MAP: '/me\u0301dia/=/videos/',
  });
  for (const path of ['a.mp4', '/m\u00e9dia/a.mp4', '/me\u0301dia/a.mp4']) {
    expect(await policy.check(path)).toBeUndefined();
    expect(policy.locate(path)).toBe('/videos/a.mp4');
  }
});

describe('refused is', () => {
  test.each([
    ['..'],
    ['../secret.mp4'],
    ['news/../../secret.mp4'],
    ['news/./a.mp4'],
    ['news/%2e%2e/a.mp4'],
    ['news/%2E./a.mp4'],
    ['news/%252e%252e/a.mp4'],
    ['%25252525252e./a.mp4'],
    ['news%2f..%2fa.mp4'],
    ['news/.. /a.mp4'],
    ['news//a.mp4'],
    ['news/'],
    [String.raw`..\secret.mp4`],
    [String.raw`C:\secret.mp4`],
    ['/etc/passwd'],
    ['/media/films'],
    ['/media/films-of-others/a.mp4'],
    ['/media/films/../../etc/passwd'],
    ['//example.org/a.mp4'],
    ['file:///etc/passwd'],
    ['ftp://example.org/a.mp4'],
    ['gopher://127.0.0.1:6379/_FLUSHALL'],
    ['file%3a///etc/passwd'],
    [' file:///etc/passwd'],
    ['a\nb.mp4'],
    ['a\u0000.mp4'],
    ['a%00.mp4'],
    ['..%5c..%5csecret.mp4'],
    ['./a.mp4'],
    ['subfile,,start,0,end,0,,:http://169.254.169.254/latest/'],
  ])('the path %j', async (path) => {
    expect(await policy.check(path)).toMatch(
      /^Must (be a path below the media folder|not contain)/,
    );
  });
});

describe('with MEDIA_PATH_MAP', () => {
  test.each([
    ['/data', '/data/=/videos/', 'a.mp4', '/videos/a.mp4'],
    ['/data/', '/data=/videos', '/data/b/data/a.mp4', '/videos/b/data/a.mp4'],
    ['/data', ' /data = /videos ', 'concat:a|b', '/videos/concat:a|b'],
    ['/data', '/data/archive/=/mnt/old/', 'archive/a.mp4', '/mnt/old/a.mp4'],
    ['/data', '/data/archive/=/mnt/old/', 'archives/a.mp4', '/data/archives/a.mp4'],
    ['/data/films', '/=/mnt/', 'a.mp4', '/mnt/data/films/a.mp4'],
    ['/data', '/data/=/', 'a.mp4', '/a.mp4'],
    ['/videos', '/data/=/videos/', '/data/a.mp4', '/videos/a.mp4'],
    ['/videos', '/data/=/videos/', 'a.mp4', '/videos/a.mp4'],
  ])('below %s, %s makes %s %s', async (root, map, path, sent) => {
    const policy = createConfiguredPolicy({ MEDIA_ROOT: root, MEDIA_PATH_MAP: map });
    expect(await policy.check(path)).toBeUndefined();
    expect(policy.locate(path)).toBe(sent);
  });

  test.each([
    ['/data', '/data/=/videos/', '/videos/a.mp4'],
    ['/data', '/data/=/videos/', '/database/a.mp4'],
    ['/data/films', '/data/=/mnt/', '/data/secret.mp4'],
    ['/data/films', '/=/mnt/', '/etc/passwd'],
  ])('below %s, %s does not allow %s', async (root, map, path) => {
    const policy = createConfiguredPolicy({ MEDIA_ROOT: root, MEDIA_PATH_MAP: map });
    expect(await policy.check(path)).toMatch(/^Must be a path below the media folder/);
  });

  test('the baseline model is sent no other folder', () => {
    const env = { MODEL_SERVICE_URL: '', MEDIA_ROOT: '/data', MEDIA_PATH_MAP: '/data/=/videos/' };
    expect(createConfiguredPolicy(env).locate('a.mp4')).toBe('/data/a.mp4');
  });

  test.each(['/data', 'data=/videos', '/data=videos', '/data/../etc/=/videos/', '/data/=//videos'])(
    '%s is a problem that says what to write',
    (map) => {
      expect(() => createConfiguredPolicy({ MEDIA_PATH_MAP: map })).toThrow(
        /^MEDIA_PATH_MAP: .*from=to.*as \/data\/=\/videos\//s,
      );
    },
  );
});

test('a relative MEDIA_ROOT is one in the folder of the process', async () => {
  const policy = createConfiguredPolicy({});
  expect(policy.locate('harbour-news.mp4')).toBe(resolve('samples/harbour-news.mp4'));
});
