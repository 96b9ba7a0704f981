import fc from 'fast-check';
import { CompactSign } from 'jose';
import { accounts } from '../../environment/access/credentials.ts';
import { audience, issuer, secret } from '../../environment/access/tokens.ts';
import { anything, hostileNumber, hostileText, marker, prototypeKeys } from '../values/hostile.ts';
import type { Answer, Area } from '../find-fault.ts';
import { exchange } from './requests.ts';
import { runSteps } from './websockets.ts';
import type { Target } from '../target.ts';
import { toJson } from '../values/serialize.ts';

/** The environment of an app with accounts, without limits for those who guess. */
export const accountsEnv = {
  ...accounts,
  MAX_QUERY_COST: '1000000000',
  CONNECTIONS_PER_ADDRESS: '0',
};

/** A token, or the parts of one. */
type Token =
  | { is: 'text'; text: string }
  /** Signed by the issuer, with any claims. */
  | { is: 'signed'; claims: Record<string, unknown> }
  | { is: 'unsigned'; header: string; payload: string; signature: string };

interface Attempt {
  token: Token;
  place: 'header' | 'ticket' | 'REST' | 'WebSocket' | 'metrics';
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

/** Tokens, keys and tickets of any shape, in every place where the API takes them. */
export const credentials: Area<Attempt> = {
  name: 'credentials',
  count: 600,
  cases: () =>
    fc.record({
      token: fc.oneof(words, signed, unsigned),
      place: fc.constantFrom('header', 'ticket', 'REST', 'WebSocket', 'metrics'),
      scheme: fc.constantFrom('Bearer ', 'Bearer ', 'bearer   ', '', 'Basic ', marker),
    }),
  send: async (target, { token, place, scheme }) =>
    sendCredentials(target, await writeToken(token), place, scheme),
};

const query = '{ personas { id } jobs(first: 2) { edges { node { id owner } } } }';
const jobPath = '/api/jobs/01890a5d-ac96-774b-bcce-b302099a8057';

async function sendCredentials(
  { url }: Target,
  token: string,
  place: Attempt['place'],
  scheme: string,
): Promise<Answer> {
  const inUrl = encodeURIComponent(token.toWellFormed()).slice(0, 8_000);
  const authorization = `authorization: ${scheme}${token.slice(0, 8_000)}`;
  const get = (path: string, ...lines: string[]) =>
    exchange(
      url,
      [`GET ${path} HTTP/1.1`, 'host: 127.0.0.1', 'connection: close', ...lines, '', ''].join(
        '\r\n',
      ),
    );
  const path = `/graphql?query=${encodeURIComponent(query)}`;
  if (place === 'header') return get(path, authorization);
  if (place === 'ticket') return get(`${path}&ticket=${inUrl}`, 'accept: text/event-stream');
  if (place === 'REST') return get(`${jobPath}?ticket=${inUrl}`);
  if (place === 'metrics') return get('/metrics', authorization);
  const payload = toJson({ authorization: scheme + token, ticket: token });
  const steps = [
    { does: 'send', text: `{"type":"connection_init","payload":${payload}}`, times: 1 },
    { does: 'wait' },
    { does: 'send', text: toJson({ id: '1', type: 'subscribe', payload: { query } }), times: 1 },
  ] as const;
  return runSteps(url, 'graphql-transport-ws', steps);
}

async function writeToken(token: Token): Promise<string> {
  if (token.is === 'text') return token.text;
  if (token.is === 'signed') return signClaims(token.claims);
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  return `${encode(token.header)}.${encode(token.payload)}.${token.signature}`;
}

/** Signs any claims, also those that an issuer would refuse to sign. */
function signClaims(claims: Record<string, unknown>): Promise<string> {
  return new CompactSign(Buffer.from(toJson(claims)))
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(secret));
}

/** Headers with a valid token of an owner who is no operator. */
export async function signIn(): Promise<Record<string, string>> {
  const token = await signClaims({ iss: issuer, aud: audience, sub: 'ann', exp: 32_503_680_000 });
  return { authorization: `Bearer ${token}` };
}
