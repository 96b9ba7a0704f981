import { describe, expect, test } from 'vitest';
import { createMediaPolicy } from '../src/model-service/media-path.ts';
import { readConfig } from '../src/config.ts';
import { jobDefinitions } from '../src/jobs/index.ts';

const open = createMediaPolicy({ root: '/media/films', allowedHosts: null });

/** Which hosts an environment allows, by the way of the configuration. */
function allowing(hosts: string) {
  const env = { AUTH_MODE: 'none', MEDIA_ALLOWED_HOSTS: hosts };
  return createMediaPolicy(readConfig(env, jobDefinitions).media);
}

describe('allowed is', () => {
  test.each([
    'harbour-news.mp4',
    'news/2026/harbour news.mp4',
    'Ünïcode/影片.mp4',
    '100% true.mp4',
    'a..b/..c/d...mp4',
    '.hidden/film.mp4',
    '/media/films/harbour.mp4',
    'https://cdn.example.org/a.mp4?token=1#t=3',
    'http://example.org:8080/%2e%2e/a.mp4',
    'https://8.8.8.8/a.mp4',
    'https://[2606:4700:4700::1111]/a.mp4',
    'https://example.org./a.mp4',
  ])('%s', (path) => {
    expect(open.check(path)).toBeUndefined();
  });
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
    ['C:secret.mp4'],
    ['~/secret.mp4'],
    ['%7Eroot/secret.mp4'],
    ['/etc/passwd'],
    ['/media/films'],
    ['/media/films-of-others/a.mp4'],
    ['/media/films/../../etc/passwd'],
    ['%2fetc%2fpasswd'],
    ['//example.org/a.mp4'],
    ['file:///etc/passwd'],
    ['FILE:/etc/passwd'],
    ['ftp://example.org/a.mp4'],
    ['gopher://127.0.0.1:6379/_FLUSHALL'],
    ['data:video/mp4;base64,AAAA'],
    ['javascript:alert(1)'],
    ['file%3a///etc/passwd'],
    ['concat:a.mp4|b.mp4'],
    [' file:///etc/passwd'],
    ['a\nb.mp4'],
    ['a\u0000.mp4'],
    ['a%00.mp4'],
  ])('the path %j', (path) => {
    expect(open.check(path)).toMatch(/^Must (be a path below the media folder|not contain)/);
  });

  test.each([
    'localhost',
    'LOCALHOST.',
    'app.localhost',
    'printer.local',
    'metadata.google.internal',
    'redis',
    'redis.',
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '1２7.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::]',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:8.8.8.8]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[2001::1]',
    '[fe80::1]',
    '[fc00::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[2001:db8::1]',
    '[4000::1]',
  ])('the host %s', (host) => {
    expect(open.check(`http://${host}/a.mp4`)).toBe('Must be at a public host.');
    expect(open.check(`HTTPS://${host}:8443/a.mp4`)).toBe('Must be at a public host.');
  });

  test.each([
    ['https://user@example.org/a.mp4', 'Must not contain a user or a password.'],
    ['https://:word@example.org/a.mp4', 'Must not contain a user or a password.'],
    ['https://example.org\\@127.0.0.1/a.mp4', expect.stringContaining('no backslashes')],
    ['http:127.0.0.1/a.mp4', expect.stringContaining('Must be a URL')],
    ['http:/127.0.0.1/a.mp4', expect.stringContaining('Must be a URL')],
    ['http:///127.0.0.1/a.mp4', expect.stringContaining('Must be a URL')],
    ['http://a b/', expect.stringContaining('no spaces')],
    ['http://exa%00mple.org/', expect.stringContaining('Must be a URL')],
    ['https://', expect.stringContaining('Must be a URL')],
    ['http://256.1.1.1/', expect.stringContaining('Must be a URL')],
  ])('the URL %j', (url, why) => {
    expect(open.check(url)).toEqual(why);
  });
});

describe('with MEDIA_ALLOWED_HOSTS', () => {
  const listed = allowing('Media.example.org, 10.0.0.7:8080, nas, [fd00::7]:80');

  test.each([
    'https://media.example.org/a.mp4',
    'http://media.example.org./a.mp4',
    'http://10.0.0.7:8080/a.mp4',
    'http://0x0a000007:8080/a.mp4',
    'http://nas/a.mp4',
    'http://[fd00:0::7]/a.mp4',
    'harbour-news.mp4',
  ])('%s is allowed', (path) => {
    expect(listed.check(path)).toBeUndefined();
  });

  test.each([
    'https://example.org/a.mp4',
    'https://evil.media.example.org/a.mp4',
    'https://media.example.org.evil.com/a.mp4',
    'https://media.example.org:8443/a.mp4',
    'http://10.0.0.7/a.mp4',
    'https://[fd00::7]/a.mp4',
  ])('%s is not', (path) => {
    expect(listed.check(path)).toBe('Must be at a host that videos may be at.');
  });

  test.each(['https://media.example.org', 'media.example.org/films', 'a b', 'user@host'])(
    'what is no host is a problem: %s',
    (hosts) => {
      expect(() => allowing(hosts)).toThrow(/^MEDIA_ALLOWED_HOSTS: .*is not a host or host:port/s);
    },
  );
});
