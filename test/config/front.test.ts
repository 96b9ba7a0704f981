import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';

const read = (env: Record<string, string>) => readConfig(env, jobDefinitions).http.front;
const withAccounts = { AUTH_MODE: 'keys' };

describe('which pages may use the API', () => {
  test('is what the list says, and nobody else by default', () => {
    expect(read({})).toMatchObject({ corsOrigins: [], corsCredentials: false });
    const CORS_ORIGINS = 'https://a.example, http://localhost:5173';
    expect(read({ CORS_ORIGINS, CORS_CREDENTIALS: 'true' })).toMatchObject({
      corsOrigins: ['https://a.example', 'http://localhost:5173'],
      corsCredentials: true,
    });
  });

  test.each([
    'a.example',
    'https://a.example/',
    'https://a.example/path',
    'https://a.example:443',
    'https://A.example',
    'null',
    'file:///a',
    'https://a.example,,https://b.example',
  ])('is told by exact origins, and not by "%s"', (CORS_ORIGINS) => {
    expect(() => read({ CORS_ORIGINS })).toThrow(
      /CORS_ORIGINS: .*an origin is only scheme, host and port/,
    );
  });

  test('is never all of them', () => {
    expect(() => read({ CORS_ORIGINS: '*' })).toThrow(
      /CORS_ORIGINS: .*every page.*list the origins/,
    );
    for (const CORS_ORIGINS of ['https://a.example,*', 'https://*.example']) {
      expect(() => read({ CORS_ORIGINS })).toThrow(/list the origins/);
    }
  });

  test('has to be said for cookies to mean anything', () => {
    expect(() => read({ CORS_CREDENTIALS: '1' })).toThrow('CORS_CREDENTIALS is set without');
  });
});

describe('the names that the API is called by', () => {
  test('are all where somebody logs in, and its own where nobody does', () => {
    expect(read(withAccounts).allowedHosts).toBeNull();
    expect(read({}).allowedHosts).toEqual(['127.0.0.1']);
    expect(read({ HOST: 'Fovea.example' }).allowedHosts).toEqual(['fovea.example']);
  });

  test('are what the list says', () => {
    const ALLOWED_HOSTS = 'API.example, fovea';
    for (const env of [{ ALLOWED_HOSTS }, { ALLOWED_HOSTS, ...withAccounts }]) {
      expect(read(env).allowedHosts).toEqual(['api.example', 'fovea']);
    }
  });

  test.each(['https://api.example', 'api.example:4000', '*', 'a,,b', '.example'])(
    'are names alone, and not "%s"',
    (ALLOWED_HOSTS) => {
      expect(() => read({ ALLOWED_HOSTS })).toThrow(/ALLOWED_HOSTS: .*a host name/);
    },
  );
});

describe('the proxies that are believed', () => {
  test('are none, unless they are named', () => {
    expect(read({}).trustedProxies).toEqual([]);
    const TRUSTED_PROXIES = 'loopback, 10.0.0.0/8,2001:db8::1';
    expect(read({ TRUSTED_PROXIES }).trustedProxies).toEqual([
      'loopback',
      '10.0.0.0/8',
      '2001:db8::1',
    ]);
  });

  test.each(['everyone', '10.0.0.0/33', '0.0.0.0/0', '::/0', 'true', '1', 'nginx'])(
    'are addresses and networks, and not "%s"',
    (TRUSTED_PROXIES) => {
      expect(() => read({ TRUSTED_PROXIES })).toThrow(`TRUSTED_PROXIES: ${TRUSTED_PROXIES} is no`);
    },
  );
});
