import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { createJwtVerifier } from '../../../src/access/identity/json-web-token.ts';
import type { JwtConfig } from '../../../src/config/jwt.ts';
import { createLogger } from '../../../src/platform/logger.ts';

/** The issuer and audience that the tests' configuration requires. */
export const issuer = 'https://accounts.test/';
export const audience = 'fovea-jobs';

/** A key with which an issuer signs tokens. */
export interface TestSigner {
  kid: string;
  alg: string;
  /** Bytes: a shared secret, which is both keys. */
  privateKey: CryptoKey | Uint8Array;
  publicKey: CryptoKey | Uint8Array;
}

export async function createSigner(kid: string, alg = 'RS256'): Promise<TestSigner> {
  return { kid, alg, ...(await generateKeyPair(alg, { extractable: true })) };
}

/** Signs a valid token; `claims` are added, or replace others, and an undefined claim is left out. */
export async function signToken(
  { kid, alg, privateKey }: TestSigner,
  claims: JWTPayload = {},
): Promise<string> {
  return new SignJWT({ ...rightClaims(), ...claims })
    .setProtectedHeader({ alg, kid })
    .sign(privateKey);
}

export interface TestKeySet extends AsyncDisposable {
  url: string;
  /** Requests it has received. */
  readonly requests: number;
  /** Sets the signers whose keys it publishes from now on; if undefined, it answers 503. */
  publish: (signers: readonly TestSigner[] | undefined) => void;
}

/** Serves a JSON Web Key Set, as an issuer does. */
export async function startKeySet(...signers: TestSigner[]): Promise<TestKeySet> {
  let published: readonly TestSigner[] | undefined = signers;
  let requests = 0;

  async function listKeys() {
    return Promise.all(
      published!.map(async ({ kid, alg, publicKey }) => ({
        ...(await exportJWK(publicKey)),
        kid,
        alg,
      })),
    );
  }

  const server = createServer((_request, response) => {
    requests += 1;
    // Without keep-alive no connection is left when the server closes.
    response.setHeader('connection', 'close');
    if (published === undefined) return void response.writeHead(503).end('{}');
    void listKeys().then((keys) => response.end(JSON.stringify({ keys })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/keys`,
    get requests() {
      return requests;
    },
    publish: (signers) => {
      published = signers;
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

export const secret = 'a secret that has thirty-two bytes or more';
const bytes = new TextEncoder().encode(secret);
export const bySecret = { kid: 'secret', alg: 'HS256', privateKey: bytes, publicKey: bytes };

/** A part of a token as base64url, unsigned. */
export function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** The claims of a valid token. */
export function rightClaims() {
  return { iss: issuer, aud: audience, sub: 'ann', exp: Math.floor(Date.now() / 1_000) + 600 };
}

/** The error for every token that is not valid, whatever is wrong with it. */
export const refused = {
  name: 'UnauthenticatedError',
  code: 'UNAUTHENTICATED',
  message: 'The token is not valid.',
};

/** Creates the verifier of an app with this configuration. */
export function createVerifier(
  source: JwtConfig['source'],
  changes: Partial<JwtConfig> = {},
  now = Date.now,
) {
  const algorithms = source.kind === 'secret' ? ['HS256'] : ['RS256', 'PS256'];
  return createJwtVerifier({
    config: {
      source,
      issuer,
      audience,
      algorithms,
      rolesClaim: 'roles',
      weightClaim: null,
      ...changes,
    },
    logger: createLogger('silent', false),
    now,
  });
}
