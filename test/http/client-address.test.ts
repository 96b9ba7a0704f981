import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createAddressReader, createTrust } from '../../src/http/front/client-address.ts';

function read(proxies: string[], remoteAddress: string | undefined, forwarded?: string): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const request = { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
  return createAddressReader(createTrust(proxies))(request);
}

describe('where no proxy is trusted', () => {
  test('it is the peer, whatever it says of others', () => {
    expect(read([], '203.0.113.7')).toBe('203.0.113.7');
    expect(read([], '203.0.113.7', '198.51.100.1')).toBe('203.0.113.7');
    expect(read([], '127.0.0.1', '198.51.100.1')).toBe('127.0.0.1');
  });

  test('an address has one form, over whichever socket it came', () => {
    expect(read([], '::ffff:203.0.113.7')).toBe('203.0.113.7');
    expect(read([], '2001:0db8:0000::0001')).toBe('2001:db8::1');
  });

  test('a connection that is gone already has none', () => {
    expect(read([], undefined)).toBe('unknown');
  });
});

describe('behind a proxy that is trusted', () => {
  test('it is what the proxy says', () => {
    expect(read(['10.0.0.0/8'], '10.1.2.3', '203.0.113.7')).toBe('203.0.113.7');
    expect(read(['uniquelocal'], '::ffff:172.18.0.2', '2001:db8::7')).toBe('2001:db8::7');
    expect(read(['loopback'], '::1', '203.0.113.7')).toBe('203.0.113.7');
  });

  test('it is not what a client has put before that', () => {
    expect(read(['10.0.0.0/8'], '10.1.2.3', '198.51.100.1, 203.0.113.7')).toBe('203.0.113.7');
    expect(read(['10.0.0.0/8'], '10.1.2.3', '10.9.9.9, 203.0.113.7')).toBe('203.0.113.7');
  });

  test('each proxy of a row must be trusted', () => {
    const row = '203.0.113.7, 192.0.2.1';
    expect(read(['10.0.0.0/8', '192.0.2.1'], '10.1.2.3', row)).toBe('203.0.113.7');
    expect(read(['10.0.0.0/8'], '10.1.2.3', row)).toBe('192.0.2.1');
  });

  test('who does not come through it is taken for what it is', () => {
    expect(read(['10.0.0.0/8'], '203.0.113.7', '198.51.100.1')).toBe('203.0.113.7');
  });

  test.each(['', ',', 'unknown', '<script>', '203.0.113.7:99999', 'x'.repeat(10_000)])(
    'what is no address is not passed on: %.20s',
    (forwarded) => {
      expect(read(['10.0.0.0/8'], '10.1.2.3', forwarded)).toBe('10.1.2.3');
    },
  );
});
