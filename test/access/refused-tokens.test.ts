import { createHmac } from 'node:crypto';
import { exportJWK, exportSPKI, SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { JwtConfig } from '../../src/config/jwt.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import {
  encode,
  rightClaims,
  createSigner,
  createVerifier,
  refused,
  secret,
  signToken,
} from '../environment/access/tokens.ts';
import type { TestSigner } from '../environment/access/tokens.ts';

expectNoLeaks();

let signer: TestSigner;
let pem: string;
/** By the public key of `signer`. */
let byKey: JwtConfig['source'];

beforeAll(async () => {
  signer = await createSigner('first');
  pem = await exportSPKI(signer.publicKey as CryptoKey);
  byKey = { kind: 'public key', pem };
});

describe('a token is refused without a word of why', () => {
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
