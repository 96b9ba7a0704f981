import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import {
  bySecret,
  createSigner,
  createVerifier,
  refused,
  signToken,
  startKeySet,
} from '../environment/access/tokens.ts';
import type { TestSigner } from '../environment/access/tokens.ts';

expectNoLeaks();

const unavailable = { name: 'AuthenticationUnavailableError' };

let signer: TestSigner;
beforeAll(async () => {
  signer = await createSigner('first');
});

describe('by a set of keys', () => {
  test('a token of any of them is right, and the set is fetched once', async () => {
    const second = await createSigner('second', 'PS256');
    await using keySet = await startKeySet(signer, second);
    const verify = createVerifier({ kind: 'jwks', url: keySet.url });
    await Promise.all(
      [signToken(signer), signToken(second)].map(async (token) => verify(await token)),
    );
    expect(keySet.requests).toBe(1);
  });

  test('a key that is new is found, one that is not there is asked for once', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const second = await createSigner('second');
    await using keySet = await startKeySet(signer);
    const verify = createVerifier({ kind: 'jwks', url: keySet.url });
    await verify(await signToken(signer));
    keySet.publish([second]);
    // The set is not asked for at once by whoever names a key that is not in it.
    await expect(verify(await signToken(second))).rejects.toMatchObject(refused);
    expect(keySet.requests).toBe(1);
    vi.setSystemTime(Date.now() + 5_001);
    await verify(await signToken(second));
    const stranger = await createSigner('stranger');
    await expect(verify(await signToken(stranger))).rejects.toMatchObject(refused);
    expect(keySet.requests).toBe(2);
    // Of a key that was taken out nothing new is believed.
    await expect(verify(await signToken(signer, { jti: 'new' }))).rejects.toMatchObject(refused);
  });

  test('while it cannot be fetched, it is not the token that is wrong', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    await using keySet = await startKeySet(signer);
    const verify = createVerifier({ kind: 'jwks', url: keySet.url });
    const token = await signToken(signer);
    keySet.publish(undefined);
    await expect(verify(token)).rejects.toMatchObject(unavailable);
    await expect(verify(token)).rejects.toMatchObject(unavailable);
    expect(keySet.requests).toBe(1);
    vi.setSystemTime(Date.now() + 1_001);
    keySet.publish([signer]);
    expect(await verify(token)).toMatchObject({ viewer: { owner: 'ann' } });
  });

  test('while nobody is there, it is not the token that is wrong', async () => {
    const { url } = await startAndStop();
    const verify = createVerifier({ kind: 'jwks', url });
    await expect(verify(await signToken(signer))).rejects.toMatchObject(unavailable);
  });

  test('a secret in it signs nothing', async () => {
    await using keySet = await startKeySet(signer, bySecret);
    const verify = createVerifier({ kind: 'jwks', url: keySet.url });
    await verify(await signToken(signer));
    await expect(verify(await signToken(bySecret))).rejects.toMatchObject(refused);
  });
});

async function startAndStop() {
  await using keySet = await startKeySet();
  return { url: keySet.url };
}
