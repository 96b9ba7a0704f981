import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { createTicketSigner, isTicket } from '../../src/access/identity/ticket.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';

expectNoLeaks();

const logger = createLogger('silent', false);
const secret = new Uint8Array(32).fill(7);
const refused = { name: 'UnauthenticatedError', code: 'UNAUTHENTICATED' };
const expired = { name: 'UnauthenticatedError', code: 'TOKEN_EXPIRED' };

const madeAt = 1_900_000_000;
const job = {
  jobId: 'a-job',
  owner: 'ann',
  maker: 'ann',
  expiresAt: new Date((madeAt + 600) * 1_000),
  generation: 0,
};

/** A signer whose clock stands at this many seconds after `madeAt`. */
function signerAt(seconds: number, by = secret) {
  return createTicketSigner({ secret: by, logger, now: () => (madeAt + seconds) * 1_000 });
}

/** What a ticket says, signed with its secret, but for these changes. */
function forge(changes: { header?: object; claims?: object }) {
  const claims = {
    sub: 'ann',
    job: 'a-job',
    aud: 'fovea-jobs/ticket',
    iat: madeAt,
    exp: madeAt + 600,
  };
  return new SignJWT({ ...claims, ...changes.claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'fovea-ticket+jwt', ...changes.header })
    .sign(secret);
}

test('a ticket is for one job of its owner, until its end', async () => {
  const ticket = await signerAt(0).sign(job);
  expect(isTicket(ticket)).toBe(true);
  expect(await signerAt(599).verify(ticket)).toEqual({
    viewer: { role: 'ticket', owner: 'ann', jobId: 'a-job' },
    expiresAt: (madeAt + 605) * 1_000,
    keyId: undefined,
    ticketGeneration: 0,
  });
  expect(await signerAt(0).verify(await forge({}))).toMatchObject({ viewer: { jobId: 'a-job' } });
});

test('a ticket names who made it, if that is not the owner', async () => {
  const ofOwner = await signerAt(0).verify(await signerAt(0).sign(job));
  expect(ofOwner.viewer).toMatchObject({ owner: 'ann', maker: undefined });
  const ticket = await signerAt(0).sign({ ...job, maker: 'op' });
  const { viewer } = await signerAt(0).verify(ticket);
  expect(viewer).toEqual({ role: 'ticket', owner: 'ann', jobId: 'a-job', maker: 'op' });
});

test('a ticket names the key that made it', async () => {
  const ticket = await signerAt(0).sign({ ...job, keyId: 'a-key' });
  expect(await signerAt(0).verify(ticket)).toMatchObject({ keyId: 'a-key' });
});

test('a ticket says how often those of its job had been revoked', async () => {
  const ticket = await signerAt(0).sign({ ...job, generation: 2 });
  expect(await signerAt(0).verify(ticket)).toMatchObject({ ticketGeneration: 2 });
});

test('a ticket ends five seconds after its time, and never lasts longer than an hour', async () => {
  const ticket = await signerAt(0).sign(job);
  await signerAt(604).verify(ticket);
  await expect(signerAt(605).verify(ticket)).rejects.toMatchObject(expired);
  const long = await forge({ claims: { exp: madeAt + 1_000_000 } });
  await signerAt(3_605).verify(long);
  await expect(signerAt(3_606).verify(long)).rejects.toMatchObject(expired);
});

describe('not taken for a ticket is', () => {
  test.each([
    ['what says that it is a token of a user', { header: { typ: 'JWT' } }],
    ['what does not say what it is', { header: { typ: undefined } }],
    ['what is for somebody else', { claims: { aud: 'fovea-jobs' } }],
    ['what is for nobody', { claims: { aud: undefined } }],
    ['what is of nobody', { claims: { sub: undefined } }],
    ['what names no job', { claims: { job: undefined } }],
    ['what names jobs in a list', { claims: { job: ['a-job', 'b-job'] } }],
    ['what has no end', { claims: { exp: undefined } }],
    ['what has no age', { claims: { iat: undefined } }],
    ['what will be made', { claims: { iat: madeAt + 60 } }],
  ])('%s', async (_what, changes) => {
    await expect(signerAt(0).verify(await forge(changes))).rejects.toMatchObject(refused);
  });

  test('what another installation has signed', async () => {
    const ticket = await signerAt(0, new Uint8Array(32).fill(8)).sign(job);
    await expect(signerAt(0).verify(ticket)).rejects.toMatchObject(refused);
  });

  test('what was changed, or is signed by nobody', async () => {
    const [header, claims, signature] = (await signerAt(0).sign(job)).split('.');
    const others = Buffer.from(claims!, 'base64url').toString().replace('a-job', 'b-job');
    const changed = Buffer.from(others).toString('base64url');
    const none = Buffer.from('{"alg":"none","typ":"fovea-ticket+jwt"}').toString('base64url');
    for (const forged of [`${header}.${changed}.${signature}`, `${none}.${claims}.`]) {
      await expect(signerAt(0).verify(forged)).rejects.toMatchObject(refused);
    }
  });

  test.each(['', '.', 'a.b.c', 'null', '\0', 'e30.e30.e30', 'x'.repeat(10_000)])(
    'garbage',
    async (token) => {
      expect(isTicket(token)).toBe(false);
      await expect(signerAt(0).verify(token)).rejects.toMatchObject(refused);
    },
  );
});
