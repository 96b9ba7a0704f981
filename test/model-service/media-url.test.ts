import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createMediaPolicy } from '../../src/model-service/media-path.ts';
import type { Lookup } from '../../src/model-service/media-url.ts';
import { createConfiguredPolicy } from './configured-policy.ts';

const asPublic: Lookup = async () => [{ address: '93.184.215.14' }];
const open = createMediaPolicy({ root: '/media/films', allowedHosts: null, lookup: asPublic });

describe('allowed is', () => {
  test.each([
    ['https://cdn.example.org/a.mp4?token=1#t=3'],
    ['http://example.org/%2e%2e/a.mp4'],
    ['http://example.org:443/a.mp4'],
    ['https://8.8.8.8/a.mp4'],
    ['https://[2606:4700:4700::1111]/a.mp4'],
    ['https://example.org./a.mp4'],
    // Others might know neither a scheme in capitals nor this form of an address.
    ['HTTPS://Example.ORG:443/A%20b/../c.mp4?d', 'https://example.org/A%20b/../c.mp4?d'],
    ['http://0x08.8.2056/a.mp4', 'http://8.8.8.8/a.mp4'],
    ['http://münchen.example?a', 'http://xn--mnchen-3ya.example?a'],
  ])('%s', async (url, sent = url) => {
    expect(await open.check(url)).toBeUndefined();
    expect(open.locate(url)).toBe(sent);
  });
});

describe('refused is', () => {
  test.each([
    'localhost',
    'LOCALHOST.',
    'app.localhost',
    'printer.local',
    'metadata.google.internal',
    'media.internal',
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
  ])('the host %s', async (host) => {
    expect(await open.check(`http://${host}/a.mp4`)).toBe('Must be at a public host.');
    expect(await open.check(`HTTPS://${host}:8443/a.mp4`)).toBe('Must be at a public host.');
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
    ['http://example.org:8080/a.mp4', expect.stringContaining('Must be at port 80 or 443')],
    ['http://media.internal:6379/', 'Must be at a public host.'],
    ['http://8.8.8.8:6379/', expect.stringContaining('Must be at port 80 or 443')],
    ['http://256.1.1.1/', expect.stringContaining('Must be a URL')],
  ])('the URL %j', async (url, why) => {
    expect(await open.check(url)).toEqual(why);
  });
});

describe('a name', () => {
  const check = (lookup: Lookup, url = 'https://media.example.org/a.mp4') =>
    createMediaPolicy({ root: '/media', allowedHosts: null, lookup }).check(url);

  test.each([
    [['93.184.215.14', '2606:4700:4700::1111']],
    // As DNS64 gives it for an IPv4 address.
    [['64:ff9b::8.8.8.8']],
  ])('with the addresses %j is allowed', async (addresses) => {
    const asked: string[] = [];
    const lookup: Lookup = async (name) => {
      asked.push(name);
      return addresses.map((address) => ({ address }));
    };
    expect(await check(lookup)).toBeUndefined();
    expect(asked).toEqual(['media.example.org']);
  });

  test.each([
    [['10.0.0.7']],
    [['93.184.215.14', '127.0.0.1']],
    [['93.184.215.14', '::1']],
    [['fd00::7']],
    [['::ffff:10.0.0.1']],
    [['fe80::1%eth0']],
    [['64:ff9b::10.0.0.1']],
  ])('with the addresses %j is refused', async (addresses) => {
    expect(await check(async () => addresses.map((address) => ({ address })))).toBe(
      'Must be at a public host; this one has an address that is not.',
    );
  });

  test('that nobody here can resolve is allowed', async () => {
    const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    expect(await check(() => Promise.reject(notFound))).toBeUndefined();
  });

  test('that is not resolved in time is allowed, and the names after it, without a second look-up meanwhile', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const asked: string[] = [];
    const slow = Promise.withResolvers<{ address: string }[]>();
    const policy = createMediaPolicy({
      root: '/media',
      allowedHosts: null,
      lookup: (name) => {
        asked.push(name);
        return name.startsWith('slow') ? slow.promise : Promise.resolve([{ address: '10.0.0.7' }]);
      },
    });
    const checks = ['slow', 'fast'].map((name) => policy.check(`http://${name}.example.org/`));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await Promise.all(checks)).toEqual([undefined, undefined]);
    expect(asked).toEqual(['slow.example.org']);
    slow.resolve([]);
    expect(await policy.check('http://fast.example.org/')).toContain('an address that is not');
    expect(asked).toEqual(['slow.example.org', 'fast.example.org']);
  });
});

describe('with MEDIA_ALLOWED_HOSTS', () => {
  const listed = createConfiguredPolicy({
    MEDIA_ALLOWED_HOSTS: 'Media.example.org, 10.0.0.7:8080, nas, [fd00::7]:80',
  });

  test.each([
    'https://media.example.org/a.mp4',
    'http://media.example.org./a.mp4',
    'http://10.0.0.7:8080/a.mp4',
    'http://0x0a000007:8080/a.mp4',
    'http://nas/a.mp4',
    'http://[fd00:0::7]/a.mp4',
    'harbour-news.mp4',
  ])('%s is allowed', async (path) => {
    expect(await listed.check(path)).toBeUndefined();
  });

  test.each([
    'https://example.org/a.mp4',
    'https://evil.media.example.org/a.mp4',
    'https://media.example.org.evil.com/a.mp4',
    'https://media.example.org:8443/a.mp4',
    'http://10.0.0.7/a.mp4',
    'https://[fd00::7]/a.mp4',
  ])('%s is not', async (path) => {
    expect(await listed.check(path)).toBe('Must be at an allowed host.');
  });

  test.each(['https://media.example.org', 'media.example.org/films', 'a b', 'user@host'])(
    '%s is a problem, as it is not a host',
    (hosts) => {
      expect(() => createConfiguredPolicy({ MEDIA_ALLOWED_HOSTS: hosts })).toThrow(
        /^MEDIA_ALLOWED_HOSTS: .*is not a host or host:port/s,
      );
    },
  );
});
