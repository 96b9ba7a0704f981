import { exportSPKI } from 'jose';
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
/** By the public key of `signer`. */
let byKey: JwtConfig['source'];

beforeAll(async () => {
  signer = await createSigner('first');
  byKey = { kind: 'public key', pem: await exportSPKI(signer.publicKey as CryptoKey) };
});

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
