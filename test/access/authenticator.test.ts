import { describe, expect, test } from 'vitest';
import { createApiKeyToken, listApiKeys } from '../../src/access/identity/api-keys.ts';
import { createAuthenticator } from '../../src/access/identity/authenticator.ts';
import { localSession } from '../../src/access/identity/session.ts';
import { getSigningSecret } from '../../src/access/identity/signing-secrets.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { createTestStack, stackKinds } from '../environment/app/app.ts';
import { openTestStack } from '../environment/app/open-stack.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { bySecret, signToken } from '../environment/access/tokens.ts';
import {
  jwtConfig,
  notHolding,
  useAuthenticators,
} from '../environment/access/use-authenticators.ts';

expectNoLeaks();

const job = { id: '0199aaaa-0000-7000-8000-000000000000', owner: 'ann' };

describe.each(stackKinds)('on the %s stack', (kind) => {
  const processes = useAuthenticators(kind);

  test('nothing, and what nobody has made, opens nothing', async () => {
    for (const config of [{ mode: 'keys' }, jwtConfig] as const) {
      const { byNothing, byToken, byTicket } = processes.open(config);
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
    expect(await processes.open(jwtConfig).byToken(token)).toMatchObject({
      viewer: { owner: 'ann' },
    });
    await expect(processes.open({ mode: 'keys' }).byToken(token)).rejects.toMatchObject(notHolding);
    await expect(processes.open(jwtConfig).byTicket(token)).rejects.toMatchObject(notHolding);
  });

  test('a ticket is good in every process, in every mode, and as a token', async () => {
    const token = await signToken(bySecret);
    const maker = processes.open(jwtConfig);
    const session = await maker.byToken(token);
    const askedAt = Date.now();
    const { ticket, expiresAt } = await maker.issueTicket(session, job, 600);
    // Tickets end with a second.
    expect(expiresAt.getTime()).toBeGreaterThan(askedAt + 600_000 - 1_000);
    expect(expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 600_000);
    const viewer = { role: 'ticket', owner: 'ann', jobId: job.id };
    for (const config of [{ mode: 'none' }, { mode: 'keys' }, jwtConfig] as const) {
      const { byTicket, byToken } = processes.open(config);
      expect(await byTicket(ticket)).toMatchObject({ viewer, keyId: undefined });
      expect(await byToken(ticket)).toMatchObject({ viewer });
    }
  });

  test('a ticket makes no ticket', async () => {
    const { issueTicket, byTicket } = processes.open({ mode: 'none' });
    const { ticket } = await issueTicket(localSession, job, 600);
    const session = await byTicket(ticket);
    // It counts as theirs who made it, and shows what its job's owner has.
    const maker = localSession.viewer.owner;
    expect(session.viewer).toEqual({ role: 'ticket', owner: 'ann', jobId: job.id, maker });
    await expect(issueTicket(session, job, 600)).rejects.toMatchObject({ name: 'ForbiddenError' });
  });

  test('of a token and a ticket the token counts, and must be right', async () => {
    const { byToken, issueTicket } = processes.open(jwtConfig);
    const token = await signToken(bySecret, { sub: 'bob' });
    const { ticket } = await issueTicket(localSession, job, 600);
    expect(await byToken(token, ticket)).toMatchObject({ viewer: { role: 'user', owner: 'bob' } });
    await expect(byToken('x', ticket)).rejects.toMatchObject(notHolding);
    expect(await byToken('', ticket)).toMatchObject({ viewer: { role: 'ticket' } });
  });

  test('where everybody gets in, a right key and a ticket still count, and another token for nothing', async () => {
    const { byNothing, byToken, byTicket, issueTicket } = processes.open({ mode: 'none' });
    expect(await byNothing()).toBe(localSession);
    const { token, id } = await processes.createKey();
    expect(await byToken(token)).toMatchObject({ viewer: { role: 'user' }, keyId: id });
    for (const other of [createApiKeyToken(), await signToken(bySecret), 'x']) {
      expect(await byToken(other)).toBe(localSession);
    }
    const { ticket } = await issueTicket(localSession, job, 600);
    expect(await byToken('x', ticket)).toMatchObject({ viewer: { role: 'ticket' } });
    await expect(byTicket(`${ticket}x`)).rejects.toMatchObject(notHolding);
  });

  test('what signs is made once, whoever asks first', async () => {
    const asked = await Promise.all(
      Array.from({ length: 5 }, () => getSigningSecret(processes.db, 'race')),
    );
    expect(new Set(asked.map((it) => Buffer.from(it).toString('hex'))).size).toBe(1);
    expect(asked[0]).toHaveLength(32);
    expect(await getSigningSecret(processes.db, 'other')).not.toEqual(asked[0]);
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
