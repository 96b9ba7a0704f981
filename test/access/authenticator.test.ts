import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createApiKeyToken,
  hashApiKey,
  insertApiKey,
  listApiKeys,
  listInvalidKeys,
  revokeApiKey,
} from '../../src/access/identity/api-keys.ts';
import { createAuthenticator } from '../../src/access/identity/authenticator.ts';
import { localSession } from '../../src/access/identity/session.ts';
import type { AuthConfig } from '../../src/config/auth.ts';
import { getSigningSecret } from '../../src/access/identity/signing-secrets.ts';
import type { Database } from '../../src/db/tables.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { createTestStack, stackKinds } from '../environment/app/app.ts';
import type { TestStack } from '../environment/app/app.ts';
import { openTestStack } from '../environment/app/open-stack.ts';
import type { OpenStack } from '../environment/app/open-stack.ts';
import { eventually } from '../environment/eventually.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { audience, bySecret, issuer, secret, signToken } from '../environment/access/tokens.ts';

expectNoLeaks();

const jwtConfig: AuthConfig = {
  mode: 'jwt',
  jwt: {
    source: { kind: 'secret', secret },
    issuer,
    audience,
    algorithms: ['HS256'],
    rolesClaim: 'roles',
    weightClaim: null,
  },
};
const job = { id: '0199aaaa-0000-7000-8000-000000000000', owner: 'ann' };
const notHolding = { name: 'UnauthenticatedError', code: 'UNAUTHENTICATED' };
const revoked = { name: 'UnauthenticatedError', code: 'ACCESS_REVOKED' };
const expired = { name: 'UnauthenticatedError', code: 'TOKEN_EXPIRED' };

describe.each(stackKinds)('on the %s stack', (kind) => {
  let stack: TestStack;
  let opened: OpenStack;
  let db: Database;
  /** As far as the clock of the authenticators is ahead. */
  let aheadMs = 0;

  beforeAll(async () => {
    stack = await createTestStack(kind);
    opened = await openTestStack(stack);
    ({ db } = opened);
  });
  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  });

  function open(config: AuthConfig, on = db) {
    const logger = createLogger('silent', false);
    const now = () => Date.now() + aheadMs;
    const { authenticate, issueTicket } = createAuthenticator({ db: on, config, logger, now });
    return {
      issueTicket,
      byToken: (token: string, ticket?: string) => authenticate({ token, ticket }),
      byTicket: (ticket: string) => authenticate({ token: undefined, ticket }),
      byNothing: () => authenticate({ token: undefined, ticket: undefined }),
    };
  }

  async function createKey(expiresAt: Date | null = null, role: 'user' | 'operator' = 'user') {
    const token = createApiKeyToken();
    const key = { owner: 'ann', role, name: null, secretHash: hashApiKey(token), expiresAt };
    return { token, ...(await insertApiKey(db, key)) };
  }

  test('a key opens what its owner and its role may, where keys and tokens are asked for', async () => {
    const { token, id } = await createKey(null, 'operator');
    for (const config of [{ mode: 'keys' }, jwtConfig] as const) {
      expect(await open(config).byToken(token)).toEqual({
        viewer: { role: 'operator', owner: 'ann' },
        expiresAt: undefined,
        keyId: id,
      });
    }
  });

  test('nothing, and what nobody has made, opens nothing', async () => {
    for (const config of [{ mode: 'keys' }, jwtConfig] as const) {
      const { byNothing, byToken, byTicket } = open(config);
      await expect(byNothing()).rejects.toMatchObject(notHolding);
      await expect(byToken('', '')).rejects.toMatchObject(notHolding);
      for (const token of [createApiKeyToken(), 'fovea_', 'x', '\0', 'a.b.c']) {
        await expect(byToken(token)).rejects.toMatchObject(notHolding);
        await expect(byTicket(token)).rejects.toMatchObject(notHolding);
      }
    }
  });

  test('a JSON Web Token opens only where tokens are asked for', async () => {
    const token = await signToken(bySecret);
    expect(await open(jwtConfig).byToken(token)).toMatchObject({ viewer: { owner: 'ann' } });
    await expect(open({ mode: 'keys' }).byToken(token)).rejects.toMatchObject(notHolding);
    await expect(open(jwtConfig).byTicket(token)).rejects.toMatchObject(notHolding);
  });

  test('a key ends with its time', async () => {
    const expiresAt = new Date(Date.now() + 60_000);
    const { token, id } = await createKey(expiresAt);
    const { byToken } = open({ mode: 'keys' });
    expect(await byToken(token)).toMatchObject({ expiresAt: expiresAt.getTime() });
    aheadMs = 60_000;
    await expect(byToken(token)).rejects.toMatchObject(expired);
    aheadMs = 0;
    expect(await listInvalidKeys(db, [id])).toEqual([]);
  });

  test('a key that is revoked opens nothing after three seconds, nor does what it made', async () => {
    const { token, id } = await createKey();
    const { byToken, byTicket, issueTicket } = open({ mode: 'keys' });
    const { ticket } = await issueTicket(await byToken(token), job, 600);
    expect(await byTicket(ticket)).toMatchObject({ keyId: id });
    expect(await revokeApiKey(db, id.toUpperCase())).toMatchObject({ revokedAt: expect.any(Date) });
    aheadMs = 3_001;
    await expect(byToken(token)).rejects.toMatchObject(revoked);
    await expect(byTicket(ticket)).rejects.toMatchObject(revoked);
    aheadMs = 0;
    // Another process has not known it before.
    await expect(open({ mode: 'keys' }).byToken(token)).rejects.toMatchObject(revoked);
  });

  test('the keys that hold no more are told from those that do', async () => {
    const lasting = await createKey(new Date(Date.now() + 60_000));
    const over = await createKey(new Date(Date.now() - 1_000));
    const ended = await createKey();
    await revokeApiKey(db, ended.id);
    const gone = randomUUID();
    const ids = [lasting.id, over.id, ended.id, gone];
    expect(new Set(await listInvalidKeys(db, ids))).toEqual(new Set([over.id, ended.id, gone]));
  });

  test('when a key was used last is noted, once a minute', async () => {
    const { token, id, lastUsedAt } = await createKey();
    expect(lastUsedAt).toBeNull();
    const { byToken } = open({ mode: 'keys' });
    const readUse = async () => (await listApiKeys(db)).find((key) => key.id === id)?.lastUsedAt;
    await byToken(token);
    const first = await eventually(async () => (await readUse()) ?? expect.fail('not noted'));
    // In a process that has noted nothing; what comes after it shows that it was done.
    await open({ mode: 'keys' }).byToken(token);
    const later = await createKey();
    await open({ mode: 'keys' }).byToken(later.token);
    await eventually(async () => {
      const used = (await listApiKeys(db)).find((key) => key.id === later.id)?.lastUsedAt;
      expect(used).toEqual(expect.any(Date));
    });
    expect(await readUse()).toEqual(first);
  });

  test('a ticket is good in every process, in every mode, and as a token', async () => {
    const token = await signToken(bySecret);
    const maker = open(jwtConfig);
    const session = await maker.byToken(token);
    const askedAt = Date.now();
    const { ticket, expiresAt } = await maker.issueTicket(session, job, 600);
    // Tickets end with a second.
    expect(expiresAt.getTime()).toBeGreaterThan(askedAt + 600_000 - 1_000);
    expect(expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 600_000);
    const viewer = { role: 'ticket', owner: 'ann', jobId: job.id };
    for (const config of [{ mode: 'none' }, { mode: 'keys' }, jwtConfig] as const) {
      const { byTicket, byToken } = open(config);
      expect(await byTicket(ticket)).toMatchObject({ viewer, keyId: undefined });
      expect(await byToken(ticket)).toMatchObject({ viewer });
    }
  });

  test('a ticket makes no ticket', async () => {
    const { issueTicket, byTicket } = open({ mode: 'none' });
    const { ticket } = await issueTicket(localSession, job, 600);
    const session = await byTicket(ticket);
    // It counts as theirs who made it, and shows what its job's owner has.
    const maker = localSession.viewer.owner;
    expect(session.viewer).toEqual({ role: 'ticket', owner: 'ann', jobId: job.id, maker });
    await expect(issueTicket(session, job, 600)).rejects.toMatchObject({ name: 'ForbiddenError' });
  });

  test('of a token and a ticket the token counts, and must be right', async () => {
    const { byToken, issueTicket } = open(jwtConfig);
    const token = await signToken(bySecret, { sub: 'bob' });
    const { ticket } = await issueTicket(localSession, job, 600);
    expect(await byToken(token, ticket)).toMatchObject({ viewer: { role: 'user', owner: 'bob' } });
    await expect(byToken('x', ticket)).rejects.toMatchObject(notHolding);
    expect(await byToken('', ticket)).toMatchObject({ viewer: { role: 'ticket' } });
  });

  test('where everybody gets in, a right key and a ticket still count, and another token for nothing', async () => {
    const { byNothing, byToken, byTicket, issueTicket } = open({ mode: 'none' });
    expect(await byNothing()).toBe(localSession);
    const { token, id } = await createKey();
    expect(await byToken(token)).toMatchObject({ viewer: { role: 'user' }, keyId: id });
    for (const other of [createApiKeyToken(), await signToken(bySecret), 'x']) {
      expect(await byToken(other)).toBe(localSession);
    }
    const { ticket } = await issueTicket(localSession, job, 600);
    expect(await byToken('x', ticket)).toMatchObject({ viewer: { role: 'ticket' } });
    await expect(byTicket(`${ticket}x`)).rejects.toMatchObject(notHolding);
  });

  test('what signs is made once, whoever asks first', async () => {
    const asked = await Promise.all(Array.from({ length: 5 }, () => getSigningSecret(db, 'race')));
    expect(new Set(asked.map((it) => Buffer.from(it).toString('hex'))).size).toBe(1);
    expect(asked[0]).toHaveLength(32);
    expect(await getSigningSecret(db, 'other')).not.toEqual(asked[0]);
  });
});

test('while the database is away, nobody is told that their key is wrong', async () => {
  await using stack = await createTestStack('external');
  const opened = await openTestStack(stack);
  await listApiKeys(opened.db);
  await opened[Symbol.asyncDispose]();
  const logger = createLogger('silent', false);
  for (const config of [{ mode: 'none' }, { mode: 'keys' }] as const) {
    const { authenticate } = createAuthenticator({ db: opened.db, config, logger });
    const failure = authenticate({ token: createApiKeyToken(), ticket: undefined });
    await expect(failure).rejects.not.toMatchObject({ name: 'UnauthenticatedError' });
  }
});
