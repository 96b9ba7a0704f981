import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { createJwtVerifier } from '../../../src/access/identity/json-web-token.ts';
import type { JwtConfig } from '../../../src/config/jwt.ts';
import { createLogger } from '../../../src/platform/logger.ts';

/** What the test's configuration asks of a token. */
export const issuer = 'https://accounts.test/';
export const audience = 'fovea-jobs';

/** A signer of tokens, as an issuer of accounts has it. */
export interface TestSigner {
  kid: string;
  alg: string;
  /** Bytes: a secret, which is both. */
  privateKey: CryptoKey | Uint8Array;
  publicKey: CryptoKey | Uint8Array;
}

export async function createSigner(kid: string, alg = 'RS256'): Promise<TestSigner> {
  return { kid, alg, ...(await generateKeyPair(alg, { extractable: true })) };
}

/** A token with everything right, but for what the claims say; an undefined claim is left out. */
export async function signToken(
  { kid, alg, privateKey }: TestSigner,
  claims: JWTPayload = {},
): Promise<string> {
  const exp = Math.floor(Date.now() / 1_000) + 600;
  return new SignJWT({ iss: issuer, aud: audience, sub: 'ann', exp, ...claims })
    .setProtectedHeader({ alg, kid })
    .sign(privateKey);
}

export interface TestKeySet extends AsyncDisposable {
  url: string;
  /** How often it was asked for. */
  readonly requests: number;
  /** The signers whose keys it has from now on; undefined: it answers that it is broken. */
  publish: (signers: readonly TestSigner[] | undefined) => void;
}

/** A server of a JSON Web Key Set, as an issuer has it. */
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
    // One connection a request: none is left when the server ends.
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

/** What is said of a token, whatever is wrong with it. */
export const refused = {
  name: 'UnauthenticatedError',
  code: 'UNAUTHENTICATED',
  message: 'The token is not valid.',
};

/** Verifies as the app does that is configured so. */
export function createVerifier(
  source: JwtConfig['source'],
  changes: Partial<JwtConfig> = {},
  now = Date.now,
) {
  const algorithms = source.kind === 'secret' ? ['HS256'] : ['RS256', 'PS256'];
  return createJwtVerifier({
    config: { source, issuer, audience, algorithms, rolesClaim: 'roles', ...changes },
    logger: createLogger('silent', false),
    now,
  });
}
