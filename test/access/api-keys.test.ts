import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { listApiKeys, listInvalidKeys, revokeApiKey } from '../../src/access/identity/api-keys.ts';
import { stackKinds } from '../environment/app/app.ts';
import { eventually } from '../environment/eventually.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import {
  expired,
  jwtConfig,
  revoked,
  useAuthenticators,
} from '../environment/access/use-authenticators.ts';

expectNoLeaks();

const job = { id: '0199aaaa-0000-7000-8000-000000000000', owner: 'ann' };

describe.each(stackKinds)('on the %s stack', (kind) => {
  const processes = useAuthenticators(kind);

  test('a key opens what its owner and its role may, where keys and tokens are asked for', async () => {
    const { token, id } = await processes.createKey(null, 'operator');
    for (const config of [{ mode: 'keys' }, jwtConfig] as const) {
      expect(await processes.open(config).byToken(token)).toEqual({
        viewer: { role: 'operator', owner: 'ann' },
        expiresAt: undefined,
        keyId: id,
      });
    }
  });

  test('a key ends with its time', async () => {
    const expiresAt = new Date(Date.now() + 60_000);
    const { token, id } = await processes.createKey(expiresAt);
    const { byToken } = processes.open({ mode: 'keys' });
    expect(await byToken(token)).toMatchObject({ expiresAt: expiresAt.getTime() });
    processes.setAhead(60_000);
    await expect(byToken(token)).rejects.toMatchObject(expired);
    processes.setAhead(0);
    expect(await listInvalidKeys(processes.db, [id])).toEqual([]);
  });

  test('a key that is revoked opens nothing after three seconds, nor does what it made', async () => {
    const { token, id } = await processes.createKey();
    const { byToken, byTicket, issueTicket } = processes.open({ mode: 'keys' });
    const { ticket } = await issueTicket(await byToken(token), job, 600);
    expect(await byTicket(ticket)).toMatchObject({ keyId: id });
    expect(await revokeApiKey(processes.db, id.toUpperCase())).toMatchObject({
      revokedAt: expect.any(Date),
    });
    processes.setAhead(3_001);
    await expect(byToken(token)).rejects.toMatchObject(revoked);
    await expect(byTicket(ticket)).rejects.toMatchObject(revoked);
    processes.setAhead(0);
    // Another process has not known it before.
    await expect(processes.open({ mode: 'keys' }).byToken(token)).rejects.toMatchObject(revoked);
  });

  test('the keys that hold no more are told from those that do', async () => {
    const lasting = await processes.createKey(new Date(Date.now() + 60_000));
    const over = await processes.createKey(new Date(Date.now() - 1_000));
    const ended = await processes.createKey();
    await revokeApiKey(processes.db, ended.id);
    const gone = randomUUID();
    const ids = [lasting.id, over.id, ended.id, gone];
    expect(new Set(await listInvalidKeys(processes.db, ids))).toEqual(
      new Set([over.id, ended.id, gone]),
    );
  });

  test('when a key was used last is noted, once a minute', async () => {
    const { token, id, lastUsedAt } = await processes.createKey();
    expect(lastUsedAt).toBeNull();
    const { byToken } = processes.open({ mode: 'keys' });
    const readUse = async () =>
      (await listApiKeys(processes.db)).find((key) => key.id === id)?.lastUsedAt;
    await byToken(token);
    const first = await eventually(async () => (await readUse()) ?? expect.fail('not noted'));
    // In a process that has noted nothing; what comes after it shows that it was done.
    await processes.open({ mode: 'keys' }).byToken(token);
    const later = await processes.createKey();
    await processes.open({ mode: 'keys' }).byToken(later.token);
    await eventually(async () => {
      const used = (await listApiKeys(processes.db)).find((key) => key.id === later.id)?.lastUsedAt;
      expect(used).toEqual(expect.any(Date));
    });
    expect(await readUse()).toEqual(first);
  });
});
