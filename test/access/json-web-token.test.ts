import { createHmac } from 'node:crypto';
import { exportJWK, exportSPKI, SignJWT } from 'jose';
import { pino } from 'pino';
import { beforeAll, describe, expect, test } from 'vitest';
import { createJwtVerifier } from '../../src/access/identity/json-web-token.ts';
import type { JwtConfig } from '../../src/config/jwt.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import {
  audience,
  bySecret,
  createSigner,
  createVerifier,
  issuer,
  refused,
  secret,
  signToken,
} from '../environment/access/tokens.ts';
import type { TestSigner } from '../environment/access/tokens.ts';

expectNoLeaks();

const expired = { name: 'UnauthenticatedError', code: 'TOKEN_EXPIRED' };
let signer: TestSigner;
let pem: string;
/** By the public key of `signer`. */
let byKey: JwtConfig['source'];

beforeAll(async () => {
  signer = await createSigner('first');
  pem = await exportSPKI(signer.publicKey as CryptoKey);
  byKey = { kind: 'public key', pem };
});

/** Base64url of what is not signed. */
function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function rightClaims() {
  return { iss: issuer, aud: audience, sub: 'ann', exp: Math.floor(Date.now() / 1_000) + 600 };
}

describe('a right token', () => {
  test('says who it is, and until when', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 600;
    const verify = createVerifier(byKey);
    expect(await verify(await signToken(signer, { exp }))).toEqual({
      viewer: { role: 'user', owner: 'ann' },
      expiresAt: (exp + 5) * 1_000,
      keyId: undefined,
    });
  });

  test('may be signed by a secret', async () => {
    const verify = createVerifier({ kind: 'secret', secret });
    expect(await verify(await signToken(bySecret))).toMatchObject({ viewer: { owner: 'ann' } });
  });

  test('may be for several, of which this is one', async () => {
    const token = await signToken(signer, { aud: ['elsewhere', audience] });
    expect(await createVerifier(byKey)(token)).toMatchObject({ viewer: { owner: 'ann' } });
  });

  test.each([
    ['roles', { roles: 'operator' }, 'operator'],
    ['roles', { roles: 'reader operator' }, 'operator'],
    ['roles', { roles: ['reader', 'operator'] }, 'operator'],
    ['roles', { roles: ['operators', 'Operator'] }, 'user'],
    ['roles', { roles: { operator: true } }, 'user'],
    ['roles', { roles: null }, 'user'],
    ['roles', { role: 'operator' }, 'user'],
    ['realm_access.roles', { realm_access: { roles: ['operator'] } }, 'operator'],
    ['realm_access.roles', { realm_access: 'roles' }, 'user'],
    ['https://fovea.test/roles', { 'https://fovea.test/roles': ['operator'] }, 'operator'],
    ['constructor.name', { roles: ['operator'] }, 'user'],
  ])('with %s from %o is of the role %3$s', async (rolesClaim, claims, role) => {
    const verify = createVerifier(byKey, { rolesClaim });
    expect((await verify(await signToken(signer, claims))).viewer.role).toBe(role);
  });
});

describe('refused without a word of why is', () => {
  test.each([
    ['one of another issuer', { iss: 'https://evil.test/' }],
    ['one without an issuer', { iss: undefined }],
    ['one for somebody else', { aud: 'elsewhere' }],
    ['one for nobody', { aud: undefined }],
    ['one that never ends', { exp: undefined }],
    ['one of nobody', { sub: undefined }],
    ['one whose owner is empty', { sub: '' }],
    ['one whose owner is too long', { sub: 'x'.repeat(201) }],
    ['one whose owner no database holds', { sub: 'ann\0' }],
    ['one whose owner is half a character', { sub: 'ann\ud800' }],
    ['one that is for later', { nbf: Math.floor(Date.now() / 1_000) + 60 }],
  ])('%s', async (_what, claims) => {
    await expect(createVerifier(byKey)(await signToken(signer, claims))).rejects.toMatchObject(
      refused,
    );
  });

  test.each([
    ['a number as its owner', { sub: 7 }],
    ['an end that is no number', { exp: 'tomorrow' }],
    ['an end in a list', { exp: [2_000_000_000] }],
  ])('one with %s', async (_what, claims) => {
    const text = `${encode({ alg: 'HS256' })}.${encode({ ...rightClaims(), ...claims })}`;
    const signature = createHmac('sha256', secret).update(text).digest('base64url');
    const verify = createVerifier({ kind: 'secret', secret });
    await expect(verify(`${text}.${signature}`)).rejects.toMatchObject(refused);
  });

  test.each(['none', 'None', 'NONE', ''])('one that is signed by "%s"', async (alg) => {
    const token = `${encode({ alg, kid: signer.kid })}.${encode(rightClaims())}.`;
    await expect(createVerifier(byKey)(token)).rejects.toMatchObject(refused);
    await expect(createVerifier({ kind: 'secret', secret })(token)).rejects.toMatchObject(refused);
  });

  test('one that takes the public key for a secret', async () => {
    for (const key of [pem, pem.trim(), pem.replaceAll('\n', '')]) {
      const text = `${encode({ alg: 'HS256', kid: signer.kid })}.${encode(rightClaims())}`;
      const token = `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
      await expect(createVerifier(byKey)(token)).rejects.toMatchObject(refused);
    }
  });

  test('one that brings its own key along', async () => {
    const other = await createSigner('first');
    const jwk = await exportJWK(other.publicKey);
    const token = await new SignJWT(rightClaims())
      .setProtectedHeader({ alg: 'RS256', kid: 'first', jwk, jku: 'http://127.0.0.1:9/keys' })
      .sign(other.privateKey);
    await expect(createVerifier(byKey)(token)).rejects.toMatchObject(refused);
  });

  test('one with an algorithm that fits the key, but is not wanted', async () => {
    const verify = createVerifier(byKey, { algorithms: ['PS256'] });
    await expect(verify(await signToken(signer))).rejects.toMatchObject(refused);
  });

  test('one of another key, or with another content than was signed', async () => {
    const verify = createVerifier(byKey);
    const other = await signToken(await createSigner('first'));
    await expect(verify(other)).rejects.toMatchObject(refused);
    const [header, , signature] = (await signToken(signer)).split('.');
    const forged = `${header}.${encode({ ...rightClaims(), sub: 'bob' })}.${signature}`;
    await expect(verify(forged)).rejects.toMatchObject(refused);
  });

  test('one that is expired and of another key as well', async () => {
    const token = await signToken(await createSigner('first'), { exp: 1 });
    await expect(createVerifier(byKey)(token)).rejects.toMatchObject(refused);
  });

  test('one that is huge, however right', async () => {
    const token = await signToken(signer, { much: 'x'.repeat(10_000) });
    await expect(createVerifier(byKey)(token)).rejects.toMatchObject(refused);
  });

  test.each([
    '',
    '.',
    '..',
    'a.b.c',
    'null',
    '{}',
    '\0',
    '\ud800.\ud800.',
    'e30.e30.e30',
    'x'.repeat(9_000),
    '€'.repeat(100),
  ])('garbage', async (token) => {
    await expect(createVerifier(byKey)(token)).rejects.toMatchObject(refused);
    const verify = createVerifier({ kind: 'secret', secret });
    await expect(verify(token)).rejects.toMatchObject(refused);
  });
});

describe('the end of a token', () => {
  const exp = 2_000_000_000;
  const at = (seconds: number) => () => (exp + seconds) * 1_000;

  test('may be up to five seconds ago, and no more', async () => {
    const token = await signToken(signer, { exp });
    const within = await createVerifier(byKey, {}, at(4.9))(token);
    expect(within.expiresAt).toBe((exp + 5) * 1_000);
    await expect(createVerifier(byKey, {}, at(5))(token)).rejects.toMatchObject(expired);
  });

  test('counts for a token that is remembered, too', async () => {
    let now = at(-1)();
    const verify = createVerifier(byKey, {}, () => now);
    const token = await signToken(signer, { exp });
    await verify(token);
    now = at(4)();
    await verify(token);
    now = at(6)();
    await expect(verify(token)).rejects.toMatchObject(expired);
  });

  test('may be as far as nobody counts', async () => {
    const { expiresAt } = await createVerifier(byKey)(await signToken(signer, { exp: 1e300 }));
    expect(new Date(expiresAt!).getTime()).toBe(expiresAt);
  });
});

test('why a token is refused is in the log for who looks for it, without the token', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line) => void lines.push(line) });
  const config = {
    source: byKey,
    issuer,
    audience,
    algorithms: ['RS256'],
    rolesClaim: 'roles',
    weightClaim: null,
  };
  const verify = createJwtVerifier({ config, logger, now: Date.now });
  const token = await signToken(signer, { aud: 'elsewhere' });
  await expect(verify(token)).rejects.toMatchObject(refused);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { claim: 'aud', msg: 'token rejected' },
  ]);
  for (const part of token.split('.')) expect(lines.join()).not.toContain(part);
});
