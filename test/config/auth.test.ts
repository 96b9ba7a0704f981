import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import type { Environment } from '../../src/config/environment/environment.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';
import { listProblems, services } from './list-problems.ts';

const secret = 'a secret that has thirty-two bytes or more';
const jwt = {
  AUTH_MODE: 'jwt',
  AUTH_JWT_SECRET: secret,
  AUTH_JWT_ISSUER: 'https://accounts.example/',
  AUTH_JWT_AUDIENCE: 'fovea-jobs',
};
const keySet = { ...jwt, AUTH_JWT_SECRET: '', AUTH_JWKS_URL: 'https://accounts.example/keys' };

const read = (env: Environment) => readConfig(env, jobDefinitions).auth;

function createPem(...args: unknown[]): string {
  const generate = generateKeyPairSync as (...args: unknown[]) => {
    publicKey: { export: (options: object) => string };
  };
  return generate(...args).publicKey.export({ type: 'spki', format: 'pem' });
}

describe('the mode', () => {
  test('is none in the embedded stack, and has to be said in the external stack', () => {
    expect(read({})).toEqual({ mode: 'none' });
    expect(listProblems(services)).toEqual([
      expect.stringMatching(/^AUTH_MODE is required .*: jwt, keys, or none/),
    ]);
    for (const mode of ['none', 'keys']) {
      expect(read({ ...services, AUTH_MODE: mode })).toEqual({ mode });
      expect(read({ AUTH_MODE: mode })).toEqual({ mode });
    }
  });

  test('is one of three', () => {
    expect(listProblems({ AUTH_MODE: 'open' })).toEqual([expect.stringMatching(/^AUTH_MODE: /)]);
  });

  test.each([{}, services])('is not none in production, unless that is said twice', (stack) => {
    const env = { ...stack, AUTH_MODE: 'none', NODE_ENV: 'production' };
    expect(listProblems(env)).toEqual([expect.stringContaining('ALLOW_INSECURE=1')]);
    expect(listProblems({ ...env, AUTH_MODE: 'keys' })).toEqual([]);
    expect(listProblems({ ...env, NODE_ENV: 'development' })).toEqual([]);
    expect(read({ ...env, ALLOW_INSECURE: '1' })).toEqual({ mode: 'none' });
  });

  test('is not none in production by not being set', () => {
    expect(listProblems({ NODE_ENV: 'production' })).toEqual([
      expect.stringContaining('everybody would have access'),
    ]);
  });
});

describe('tokens', () => {
  test('need the issuer and the audience', () => {
    expect(read(jwt)).toEqual({
      mode: 'jwt',
      jwt: {
        source: { kind: 'secret', secret },
        issuer: 'https://accounts.example/',
        audience: 'fovea-jobs',
        algorithms: ['HS256'],
        rolesClaim: 'roles',
        weightClaim: null,
      },
    });
    const problems = listProblems({ ...jwt, AUTH_JWT_ISSUER: '', AUTH_JWT_AUDIENCE: '' });
    expect(problems).toEqual([
      'AUTH_JWT_ISSUER is required with AUTH_MODE=jwt.',
      'AUTH_JWT_AUDIENCE is required with AUTH_MODE=jwt.',
    ]);
  });

  test('need exactly one source of keys', () => {
    expect(listProblems({ ...jwt, AUTH_JWT_SECRET: '' })).toEqual([
      expect.stringMatching(/one of AUTH_JWKS_URL.*; 0 are set/),
    ]);
    expect(listProblems({ ...keySet, AUTH_JWT_SECRET: secret })).toEqual([
      expect.stringMatching(/; 2 are set/),
    ]);
  });

  test('of which a secret has 32 bytes at least, and is not said again', () => {
    const short = '0123456789012345678901234567890';
    const problems = listProblems({ ...jwt, AUTH_JWT_SECRET: short });
    expect(problems).toEqual([expect.stringMatching(/^AUTH_JWT_SECRET is shorter than 32 bytes/)]);
    expect(problems.join()).not.toContain(short);
    expect(listProblems({ ...jwt, AUTH_JWT_SECRET: `${short}x` })).toEqual([]);
  });

  test.each([
    ['https://accounts.example/keys', {}, true],
    ['http://127.0.0.1:9000/keys', {}, true],
    ['http://[::1]:9000/keys', {}, true],
    ['http://localhost/keys', {}, true],
    ['http://accounts.example/keys', {}, false],
    ['http://127.0.0.1.example/keys', {}, false],
    ['http://accounts.example/keys', { ALLOW_INSECURE: 'true' }, true],
    ['file:///keys', { ALLOW_INSECURE: '1' }, false],
  ])('whose keys at %s, with %o, are well protected: %s', (url, env, isRight) => {
    const problems = listProblems({ ...keySet, ...env, AUTH_JWKS_URL: url });
    expect(problems.slice(0, 1)).toEqual(isRight ? [] : [expect.stringMatching(/^AUTH_JWKS_URL/)]);
  });

  test('of a set of keys are never signed by HMAC', () => {
    const auth = read(keySet);
    const algorithms = auth.mode === 'jwt' ? auth.jwt.algorithms : [];
    expect(algorithms).toContain('RS256');
    expect(algorithms.filter((it) => it.startsWith('HS') || it === 'none')).toEqual([]);
  });

  test('are signed as their public key can, and may be held to less, but not to more', () => {
    const byKey = (pem: string, algorithms = '') =>
      read({
        ...jwt,
        AUTH_JWT_SECRET: '',
        AUTH_JWT_PUBLIC_KEY: pem.replaceAll('\n', String.raw`\n`),
        AUTH_JWT_ALGORITHMS: algorithms,
      });
    const rsa = createPem('rsa', { modulusLength: 2_048 });
    const expected = [
      [rsa, ['RS256', 'PS256']],
      [createPem('ec', { namedCurve: 'P-256' }), ['ES256']],
      [createPem('ec', { namedCurve: 'P-384' }), ['ES384']],
      [createPem('ed25519'), ['EdDSA', 'Ed25519']],
    ] as const;
    for (const [pem, algorithms] of expected) {
      expect(byKey(pem)).toMatchObject({ jwt: { algorithms } });
    }
    expect(byKey(rsa, 'PS256')).toMatchObject({ jwt: { algorithms: ['PS256'] } });
    expect(() => byKey(rsa, 'PS256, HS256')).toThrow(
      'AUTH_JWT_ALGORITHMS: HS256 does not fit the key, which allows RS256, PS256.',
    );
  });

  test('have no key that is none, is too weak, or is private', () => {
    const withKey = (pem: string) =>
      listProblems({ ...jwt, AUTH_JWT_SECRET: '', AUTH_JWT_PUBLIC_KEY: pem });
    expect(withKey('MIIBIjANBg')).toEqual([expect.stringContaining('is not a public key in PEM')]);
    for (const weak of [
      createPem('rsa', { modulusLength: 1_024 }),
      createPem('ec', { namedCurve: 'secp256k1' }),
    ]) {
      expect(withKey(weak)).toEqual([expect.stringContaining('is not supported')]);
    }
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    expect(withKey(pem)).toEqual([expect.stringContaining('is a private key')]);
  });

  test('are not asked for by halves: what is said of them without the mode is a problem', () => {
    const { AUTH_MODE: _, ...half } = jwt;
    expect(listProblems(half)).toEqual([
      'AUTH_JWT_SECRET, AUTH_JWT_ISSUER, AUTH_JWT_AUDIENCE are set without AUTH_MODE=jwt.',
    ]);
    expect(listProblems({ AUTH_MODE: 'keys', AUTH_ROLES_CLAIM: 'groups' })).toEqual([
      'AUTH_ROLES_CLAIM is set without AUTH_MODE=jwt.',
    ]);
  });
});
