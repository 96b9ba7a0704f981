import fc from 'fast-check';
import { CompactSign } from 'jose';
import { audience, issuer } from '../../environment/access/tokens.ts';
import { anything, hostileNumber, hostileText, marker, prototypeKeys } from '../values/hostile.ts';
import type { Answer, Area } from '../find-fault.ts';
import { exchange } from './requests.ts';
import { converse } from './websockets.ts';
import type { Target } from '../target.ts';
import { toJson } from '../values/serialize.ts';

const secret = 'a secret of the tests, of 32 bytes or more';

/** An app that asks who is there, without limits for who guesses. */
export const accountsEnv = {
  AUTH_MODE: 'jwt',
  AUTH_JWT_SECRET: secret,
  AUTH_JWT_ISSUER: issuer,
  AUTH_JWT_AUDIENCE: audience,
  JOBS_PER_MINUTE: '0',
  UNFINISHED_JOBS: '0',
  POLLS_PER_MINUTE: '0',
  FAILED_LOGINS_PER_MINUTE: '0',
  SUBSCRIPTIONS_PER_OWNER: '0',
  CONNECTIONS_PER_ADDRESS: '0',
};

/** A token, or what is to become one. */
type Token =
  | { is: 'text'; text: string }
  /** Signed by the issuer, whatever it claims. */
  | { is: 'signed'; claims: Record<string, unknown> }
  | { is: 'unsigned'; header: string; payload: string; signature: string };

interface Login {
  token: Token;
  way: 'header' | 'ticket' | 'REST' | 'WebSocket' | 'metrics';
  scheme: string;
}

const words: fc.Arbitrary<Token> = fc
  .oneof(
    hostileText,
    fc.constantFrom(
      ...'.. . a.b.c e30.e30. fovea_ null undefined'.split(' '),
      `fovea_${'A'.repeat(43)}`,
      `fovea_${marker}${'a'.repeat(36)}`,
      'x'.repeat(9_000),
      ...prototypeKeys,
    ),
  )
  .map((text) => ({ is: 'text', text }));

const signed: fc.Arbitrary<Token> = fc
  .record(
    {
      sub: fc.oneof(fc.constant('ann'), hostileText, anything),
      exp: fc.oneof(fc.constant(32_503_680_000), hostileNumber, anything),
      iat: anything,
      nbf: anything,
      iss: fc.oneof(fc.constant(issuer), anything),
      aud: fc.oneof(fc.constant(audience), fc.constant([audience]), anything),
      roles: fc.oneof(fc.constantFrom('operator', 'user'), fc.array(anything), anything),
      jti: anything,
    },
    { requiredKeys: ['sub', 'exp'] },
  )
  .map((claims) => ({ is: 'signed', claims: { iss: issuer, aud: audience, ...claims } }));

const headers = fc.oneof(
  anything,
  fc.record(
    {
      alg: fc.oneof(fc.constantFrom('none', 'HS256', 'RS256', 'HS512', 'ES256'), anything),
      typ: fc.oneof(fc.constantFrom('JWT', 'fovea-ticket+jwt'), anything),
      kid: hostileText,
      jku: fc.constant('http://169.254.169.254/keys'),
      crit: anything,
      b64: fc.boolean(),
      jwk: anything,
    },
    { requiredKeys: ['alg'] },
  ),
);

const unsigned: fc.Arbitrary<Token> = fc.record({
  is: fc.constant('unsigned' as const),
  header: headers.map(toJson),
  payload: fc
    .oneof(anything, fc.record({ sub: hostileText, exp: hostileNumber, job: anything }))
    .map(toJson),
  signature: fc.oneof(fc.constant(''), fc.constant('A'.repeat(43)), hostileText),
});

/** Tokens, keys and tickets of any shape, in every place for them. */
export const logins: Area<Login> = {
  name: 'credentials',
  count: 600,
  cases: () =>
    fc.record({
      token: fc.oneof(words, signed, unsigned),
      way: fc.constantFrom('header', 'ticket', 'REST', 'WebSocket', 'metrics'),
      scheme: fc.constantFrom('Bearer ', 'Bearer ', 'bearer   ', '', 'Basic ', marker),
    }),
  send: async (target, { token, way, scheme }) => attempt(target, await write(token), way, scheme),
};

const query = '{ personas { id } jobs(first: 2) { edges { node { id owner } } } }';
const someJob = '/api/jobs/01890a5d-ac96-774b-bcce-b302099a8057';

async function attempt(
  { url }: Target,
  token: string,
  way: Login['way'],
  scheme: string,
): Promise<Answer> {
  const inUrl = encodeURIComponent(token.toWellFormed()).slice(0, 8_000);
  const authorization = `authorization: ${scheme}${token.slice(0, 8_000)}`;
  const ask = (path: string, ...lines: string[]) =>
    exchange(
      url,
      [`GET ${path} HTTP/1.1`, 'host: 127.0.0.1', 'connection: close', ...lines, '', ''].join(
        '\r\n',
      ),
    );
  const asked = `/graphql?query=${encodeURIComponent(query)}`;
  if (way === 'header') return ask(asked, authorization);
  if (way === 'ticket') return ask(`${asked}&ticket=${inUrl}`, 'accept: text/event-stream');
  if (way === 'REST') return ask(`${someJob}?ticket=${inUrl}`);
  if (way === 'metrics') return ask('/metrics', authorization);
  const payload = toJson({ authorization: scheme + token, ticket: token });
  const steps = [
    { does: 'send', text: `{"type":"connection_init","payload":${payload}}`, times: 1 },
    { does: 'wait' },
    { does: 'send', text: toJson({ id: '1', type: 'subscribe', payload: { query } }), times: 1 },
  ] as const;
  return converse(url, { protocol: 'graphql-transport-ws', steps });
}

async function write(token: Token): Promise<string> {
  if (token.is === 'text') return token.text;
  if (token.is === 'signed') return signClaims(token.claims);
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  return `${encode(token.header)}.${encode(token.payload)}.${token.signature}`;
}

/** As the issuer would, if it could be made to say such things. */
function signClaims(claims: Record<string, unknown>): Promise<string> {
  return new CompactSign(Buffer.from(toJson(claims)))
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(secret));
}

/** What lets in somebody who is no operator. */
export async function signIn(): Promise<Record<string, string>> {
  const token = await signClaims({ iss: issuer, aud: audience, sub: 'ann', exp: 32_503_680_000 });
  return { authorization: `Bearer ${token}` };
}
